/** Fragments, or all of an MFE, that are asked at another address: one is developed inside the whole portal. */
import { isIPv4, isIPv6 } from 'node:net'

/** `{ 'payments/recent': '127.0.0.1:5000', rates: '127.0.0.1:5001' }` */
export type Overrides = Readonly<Record<string, string>>

/** Something asked for that cannot be; the message says what to write instead. */
export class BadOverride extends Error {
  override name = 'BadOverride'
}

/** Reads `payments/recent=127.0.0.1:5000`. */
export function parseOverride(text: string, anyAddress: boolean): [place: string, address: string] {
  const [, place, address] = /^([a-z][a-z0-9-]*(?:\/[a-z][a-z0-9-]*)?)=(.+)$/.exec(text) ?? []
  if (place && address) return [place, checkAddress(address, anyAddress)]
  throw new BadOverride(`"${text}" is no override. Write it as payments/recent=127.0.0.1:5000, or payments=….`)
}

/** Throws unless it is an address and a port, and on this machine unless said otherwise. */
export function checkAddress(text: string, anyAddress: boolean): string {
  const [, host = '', digits = ''] = /^(\[[0-9a-f:]+\]|[0-9.]+|localhost):(\d{1,5})$/.exec(text) ?? []
  const bare = host.replace(/^\[|\]$/g, '')
  const port = Number(digits)
  const known = host === 'localhost' || isIPv4(bare) || isIPv6(bare)
  if (!known || port < 1 || port > 65_535) {
    throw new BadOverride(`"${text}" is no address. Write it as 127.0.0.1:5000.`)
  }
  const own = host === 'localhost' || bare === '::1' || bare.startsWith('127.')
  if (!own && !anyAddress) {
    const why = 'Whoever answers there is told who is signed in.'
    throw new BadOverride(`${text} is not on this machine. ${why} If you mean it: npm run dev -- --any-address`)
  }
  // A name would be looked up once, when nginx starts.
  return host === 'localhost' ? `127.0.0.1:${port}` : text
}

/** Throws for what is not there to be overridden. */
export function checkPlace(place: string, places: readonly string[]): string {
  if (places.includes(place)) return place
  throw new BadOverride(`There is no "${place}". There are: ${places.join(', ')}.`)
}
