/** What the bench says: see bench/composition/settings.ts. And the pages, as a composer knows them. */
import { readFileSync } from 'node:fs'
import { AFTER, BEFORE, FALLBACK } from '../composition/card.tsx'
import { benchPages, timeoutOf } from '../composition/pages.ts'

export { AFTER, BEFORE, FALLBACK }
export const KEEP_ALIVE_MS = 75_000
export const settings = JSON.parse(readFileSync(process.argv[2], 'utf8'))
export const origin = `http://127.0.0.1:${settings.ports.origin}`

/** Peers have no states of their own: they ask for every fragment, and the origin has what may be cached at hand. */
export const pages = benchPages(settings.counts).filter(({ state }) => state === 'hit' || state === 'private')

/** Where a fragment is, and how long it may take. */
export function placeOf(source, n) {
  return {
    src: `${baseOf(source)}${source === 'hit' ? '/hit/card' : `/_/${source}/card`}?n=${n}`,
    timeout: timeoutOf(source),
  }
}

function baseOf(source) {
  if (source === 'hanging' || source === 'dead') return `http://127.0.0.1:${settings.ports[source]}`
  return origin
}
