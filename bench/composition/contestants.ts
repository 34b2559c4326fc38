/** Who is measured, at which address, and which of the bench's pages each can answer. */
import { type Check, checkPage } from './check.ts'
import { type Client, createClient } from './client.ts'
import type { Work } from './load.ts'
import { type BenchPage, benchPage, FAULTS, type Fault, type State } from './pages.ts'
import type { Stage } from './stage.ts'

/** `page`: the whole page is cached, as visitors of a public page find it. The others look at its fragments. */
export type Kind = 'page' | State

export interface Cell {
  readonly who: Name
  readonly kind: Kind
  readonly count: number
  readonly fault: Fault
}

export const NAMES = [
  'Selvedge',
  'Selvedge, TLS and brotli',
  'a static file',
  'one Koa app',
  'Varnish ESI',
  'Tailor',
  'Podium',
] as const

export type Name = (typeof NAMES)[number]

export interface Contestants {
  readonly here: readonly Name[]
  /** What to load for a cell. */
  workOf(cell: Cell): Work
  /** Signs in anew: a session that nobody uses ends. */
  renew(): Promise<void>
  close(): void
}

/** Stale fragments are asked for in turn, each once a round: by the next one they are old again. */
export const STALE_VARIANTS = 40

export async function openContestants(stage: Stage): Promise<Contestants> {
  const { ports } = stage.settings
  const portOf: Record<Name, number> = {
    Selvedge: ports.edge,
    'Selvedge, TLS and brotli': ports.https,
    'a static file': ports.edge,
    'one Koa app': ports.monolith,
    'Varnish ESI': ports.varnish,
    Tailor: ports.tailor,
    Podium: ports.podium,
  }
  let cookie = await stage.signIn()
  let clients = new Map<string, Client>()
  const checks = new Map<string, Check>()
  let visits = 0

  const clientOf = (who: Name, signedIn: boolean): Client => {
    const key = `${who} ${signedIn}`
    const compressed = who === 'Selvedge, TLS and brotli'
    const headers = { ...(signedIn && { cookie }), ...(compressed && { 'accept-encoding': 'br' }) }
    const client = clients.get(key) ?? createClient({ port: portOf[who], tls: compressed, headers })
    clients.set(key, client)
    return client
  }
  const close = () => {
    for (const client of clients.values()) client.close()
    clients = new Map()
  }

  return {
    here: NAMES.filter((name) => !isMissing(name, stage)),
    close,
    async renew() {
      cookie = await stage.signIn()
      close()
    },
    workOf(cell) {
      const { who, kind, count, fault } = cell
      const page = benchPage(kind === 'page' ? 'hit' : kind, count, fault)
      const key = `${who} ${kind} ${page.path}`
      const check = checks.get(key) ?? checkPage(page)
      checks.set(key, check)
      return {
        client: clientOf(who, kind === 'private'),
        check,
        path: (index) => addressOf(cell, page, index, () => ++visits),
      }
    },
  }
}

function isMissing(name: Name, { groups }: Stage): boolean {
  if (name === 'Varnish ESI') return !groups.has('varnish')
  return (name === 'Tailor' || name === 'Podium') && !groups.has(name.toLowerCase())
}

function addressOf({ who, kind, count, fault }: Cell, { path }: BenchPage, index: number, next: () => number): string {
  if (who === 'a static file') return `/assets/${count}.html`
  if (!who.startsWith('Selvedge') || kind === 'page' || kind === 'private') return path
  if (kind === 'hit') return `${path}?visit=${next()}`
  if (kind === 'miss') return `${path}?fresh=${next()}`
  // Another cell's visit would make them fresh, so each cell has its own.
  const own = (FAULTS.indexOf(fault) * 100 + count) * STALE_VARIANTS
  return `${path}?fresh=${own + (index % STALE_VARIANTS)}&visit=${next()}`
}
