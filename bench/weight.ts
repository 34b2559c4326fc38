/** What a page weighs on the wire, against the budgets of DESIGN §8. Counts, so the same on every machine. */
import { brotliCompressSync, brotliDecompressSync, constants as zlib } from 'node:zlib'
import type { Portal } from './portal.ts'
import type { Visit } from './visits.ts'
import { openWire, type Wire } from './wire.ts'

export const MEASURES = ['first', 'revisit', 'script', 'island', 'loader', 'preactUrls'] as const
export type Measure = (typeof MEASURES)[number]

/** In bytes, but for the last. The first view is the first round trip of a new connection: ten packets of 1,460 (RFC 6928). */
export const BUDGETS: Readonly<Record<Measure, number>> = {
  first: 14_600,
  revisit: 300,
  script: 12_000,
  island: 2_000,
  loader: 600,
  preactUrls: 1,
}

/** `revisit` is undefined where the page has no version, so that it is sent again. */
export type Weights = Readonly<Record<Exclude<Measure, 'revisit'>, number>> & { readonly revisit: number | undefined }

export interface PageWeight extends Weights {
  readonly route: string
}

/** Weighs one page as a browser gets it that was never here, then as one that holds it. */
export async function weighPage(portal: Portal, { route, path, cookie }: Visit): Promise<PageWeight> {
  const headers: Record<string, string> = cookie ? { cookie } : {}
  const wire = await openWire(portal.port)
  try {
    const page = await wire.get(path, headers)
    if (page.status !== 200) throw new Error(`${path} answered ${page.status}.`)
    const html = textOf(page)
    const styles = await fetchAll(wire, addresses(html, /<link rel="stylesheet" href="([^"]+)"/g))
    const islands = await fetchAll(wire, addresses(html, /<x-i src="([^"]+)"/g))
    const preact = [...new Set(islands.flatMap(({ text }) => addresses(text, /from"(\/assets\/[^"]+)"/g)))]
    const shared = await fetchAll(wire, preact)
    const loader = /<script>(.*?)<\/script>/s.exec(html)?.[1] ?? ''
    return {
      route,
      first: page.bytes + sum(styles.map(({ bytes }) => bytes)),
      revisit: await weighRevisit(wire, path, headers, page.headers.etag),
      script: sum([...islands, ...shared].map(({ body }) => body)),
      island: Math.max(0, ...islands.map(({ body }) => body)),
      loader: brotliCompressSync(loader, { params: { [zlib.BROTLI_PARAM_QUALITY]: 11 } }).length,
      preactUrls: preact.length,
    }
  } finally {
    wire.close()
  }
}

/** The measures of a page that are over budget. */
export function findExcess(weight: Weights): Measure[] {
  return MEASURES.filter((measure) => (weight[measure] ?? 0) > BUDGETS[measure])
}

async function weighRevisit(wire: Wire, path: string, headers: Record<string, string>, etag: string | undefined) {
  if (!etag) return undefined
  const again = await wire.get(path, { ...headers, 'if-none-match': etag })
  // Something may have changed in between: then it is no unchanged revisit.
  return again.status === 304 ? again.bytes : undefined
}

interface Fetched {
  /** All bytes of the answer, and those of its body. */
  readonly bytes: number
  readonly body: number
  readonly text: string
}

/** One after the other: the wire counts bytes, and cannot tell two answers apart. */
async function fetchAll(wire: Wire, urls: readonly string[]): Promise<Fetched[]> {
  const fetched: Fetched[] = []
  for (const url of urls) {
    const answer = await wire.get(url)
    if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}.`)
    fetched.push({ bytes: answer.bytes, body: answer.body.length, text: textOf(answer) })
  }
  return fetched
}

function textOf({ headers, body }: { headers: { 'content-encoding'?: string | undefined }; body: Buffer }): string {
  return (headers['content-encoding'] === 'br' ? brotliDecompressSync(body) : body).toString()
}

function addresses(text: string, pattern: RegExp): string[] {
  return [...new Set(Array.from(text.matchAll(pattern), ([, url = '']) => url))]
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
