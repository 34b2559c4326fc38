/** `npm run bench -- weight`: bytes on the wire of every page against the budgets of DESIGN §8. */
import { brotliCompressSync, brotliDecompressSync, constants as zlib } from 'node:zlib'
import { type Portal, startPortal } from './portal.ts'
import { table } from './table.ts'
import { openWire, type Wire } from './wire.ts'

/** The first round trip of a new connection: ten packets of 1,460 bytes (RFC 6928). */
const FIRST_VIEW = 14_600
const REVISIT = 300
const PAGE_SCRIPT = 12_000
const ISLAND = 2_000
const LOADER = 600

interface PageWeight {
  readonly path: string
  readonly first: number
  /** Undefined when the page has no version, so that it is sent again. */
  readonly revisit: number | undefined
  readonly script: number
  readonly heaviestIsland: number
  readonly loader: number
  readonly preactUrls: number
}

export async function run(): Promise<boolean> {
  const portal = await startPortal()
  try {
    return await weighAll(portal)
  } finally {
    await portal.stop()
  }
}

async function weighAll(portal: Portal): Promise<boolean> {
  const cookie = await portal.signIn('alice@example.com')
  const { body } = await portal.get('/api/payments', { cookie })
  const { payments }: { payments: { id: string }[] } = JSON.parse(body)
  const pages: [string, Record<string, string>][] = [
    ['/', {}],
    ['/rates', {}],
    ['/help', {}],
    ['/sign-in', {}],
    ['/nowhere', {}],
    ['/dashboard', { cookie }],
    ['/payments', { cookie }],
    [`/payments/${payments[0]?.id}`, { cookie }],
    ['/payments/new', { cookie }],
  ]
  const weights: PageWeight[] = []
  for (const [path, headers] of pages) weights.push(await weighPage(portal, path, headers))
  const rows = weights.map((weight) => [
    weight.path.replace(/[0-9a-f-]{36}/, ':id'),
    mark(weight.first, FIRST_VIEW),
    weight.revisit === undefined ? 'sent again' : mark(weight.revisit, REVISIT),
    mark(weight.script, PAGE_SCRIPT),
    mark(weight.heaviestIsland, ISLAND),
    mark(weight.loader, LOADER),
    mark(weight.preactUrls, 1),
  ])
  const head = [
    'page',
    `first view ≤ ${FIRST_VIEW}`,
    `unchanged ≤ ${REVISIT}`,
    `its script ≤ ${PAGE_SCRIPT}`,
    `island ≤ ${ISLAND}`,
    `loader ≤ ${LOADER}`,
    'Preact URLs ≤ 1',
  ]
  console.log(table(head, rows))
  const missed = rows.flat().filter((cell) => cell.endsWith('!')).length
  console.log(
    `\nbytes on the wire over HTTP/2 and TLS, after the handshake: ${missed ? `${missed} budgets MISSED` : 'all budgets met'}`,
  )
  return missed === 0
}

async function weighPage(portal: Portal, path: string, headers: Record<string, string>): Promise<PageWeight> {
  const wire = await openWire(portal.port)
  try {
    const first = await wire.get(path, headers)
    const html =
      first.headers['content-encoding'] === 'br' ? brotliDecompressSync(first.body).toString() : first.body.toString()
    const islands = addresses(html, /<x-i src="([^"]+)"/g)
    const scripts = await weighScripts(wire, islands)
    const preact = [...new Set(scripts.flatMap(({ imports }) => imports))]
    const shared = await weighScripts(wire, preact)
    const inline = /<script>(.*?)<\/script>/s.exec(html)?.[1] ?? ''
    return {
      path,
      first: first.bytes,
      revisit: await weighRevisit(wire, path, headers, first.headers.etag),
      script: sum([...scripts, ...shared].map(({ bytes }) => bytes)),
      heaviestIsland: Math.max(0, ...scripts.map(({ bytes }) => bytes)),
      loader: compressed(inline),
      preactUrls: preact.length,
    }
  } finally {
    wire.close()
  }
}

async function weighRevisit(wire: Wire, path: string, headers: Record<string, string>, etag: string | undefined) {
  if (!etag) return undefined
  const again = await wire.get(path, { ...headers, 'if-none-match': etag })
  if (again.status !== 304) throw new Error(`${path} answered ${again.status} to its own ${etag}.`)
  return again.bytes
}

/** One after the other: the wire counts bytes, and cannot tell two answers apart. */
async function weighScripts(wire: Wire, urls: readonly string[]): Promise<{ bytes: number; imports: string[] }[]> {
  const weights = []
  for (const url of urls) weights.push(await weighScript(wire, url))
  return weights
}

/** A module's body as it is sent, and the shared files that it imports. */
async function weighScript(wire: Wire, url: string): Promise<{ bytes: number; imports: string[] }> {
  const { status, headers, body } = await wire.get(url)
  if (status !== 200) throw new Error(`${url} answered ${status}.`)
  const code = headers['content-encoding'] === 'br' ? brotliDecompressSync(body).toString() : body.toString()
  return { bytes: body.length, imports: addresses(code, /from"([^"]+)"/g) }
}

function addresses(text: string, pattern: RegExp): string[] {
  return [...new Set(Array.from(text.matchAll(pattern), ([, url = '']) => url))]
}

function mark(value: number, budget: number): string {
  return value <= budget ? `${value}` : `${value} !`
}

function compressed(text: string): number {
  return brotliCompressSync(text, { params: { [zlib.BROTLI_PARAM_QUALITY]: 11 } }).length
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
