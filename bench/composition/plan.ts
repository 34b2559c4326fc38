/** How much is measured: every cell of the matrix, or those that say most in the time. */
import type { Cell, Kind, Name } from './contestants.ts'
import { FAULTS, type Fault } from './pages.ts'

export interface Plan {
  readonly name: 'quick' | 'default' | 'full'
  /** Numbers of fragments on a page. */
  readonly counts: readonly number[]
  /** Requests a second of the open loop; the same for all. */
  readonly rate: number
  /** Rounds take turns over all cells, so that what else the machine does hits all alike. */
  readonly rounds: number
  readonly seconds: number
  readonly capacitySeconds: number
  readonly cells: readonly Cell[]
  readonly capacities: readonly Cell[]
}

/** The page of the budgets: three cached and two rendered fragments when it is private. */
export const MIDDLE = 5
const MOST = 20

const KINDS = ['page', 'hit', 'stale', 'miss', 'private'] as const satisfies Kind[]
const BESIDE = ['a static file', 'one Koa app', 'Varnish ESI', 'Tailor', 'Podium'] as const satisfies Name[]
const LOSSES = ['slow', 'hanging', 'dead'] as const satisfies Fault[]

export function readPlan(args: readonly string[], here: readonly Name[]): Plan {
  const plan = args.includes('--quick') ? quick() : args.includes('--full') ? full() : usual()
  const present = ({ who }: Cell) => here.includes(who)
  return { ...plan, cells: plan.cells.filter(present), capacities: plan.capacities.filter(present) }
}

export function countsOf(args: readonly string[]): readonly number[] {
  return (args.includes('--quick') ? quick() : args.includes('--full') ? full() : usual()).counts
}

function usual(): Plan {
  const counts = [1, 5, 10, 20]
  return {
    name: 'default',
    counts,
    rate: 34,
    rounds: 3,
    seconds: 1,
    capacitySeconds: 1.2,
    cells: [
      ...cross(['Selvedge'], KINDS, counts, ['well']),
      ...cross(BESIDE, ['page'], counts, ['well']),
      ...cross(['Selvedge'], ['page', 'hit', 'private'], [MIDDLE], LOSSES),
      ...cross(['Selvedge'], ['stale', 'miss'], [MIDDLE], ['hanging']),
      ...besideInTrouble(),
    ],
    capacities: [
      ...capacities(),
      ...cross(['Selvedge', 'Varnish ESI', 'Tailor', 'Podium'], ['page'], [MOST], ['well']),
    ],
  }
}

function quick(): Plan {
  const counts = [1, MIDDLE]
  return {
    ...usual(),
    name: 'quick',
    counts,
    rounds: 1,
    seconds: 0.4,
    capacitySeconds: 0.4,
    capacities: capacities(),
    cells: [
      ...cross(['Selvedge'], KINDS, counts, ['well']),
      ...cross(BESIDE, ['page'], counts, ['well']),
      ...cross(['Selvedge'], ['page', 'private'], [MIDDLE], LOSSES),
      ...besideInTrouble(),
    ],
  }
}

function full(): Plan {
  const counts = [1, 2, 3, 5, 8, 10, 15, 20]
  const cells = [
    ...cross(['Selvedge', 'Selvedge, TLS and brotli'], KINDS, counts, FAULTS),
    ...cross(BESIDE, ['page', 'private'], counts, FAULTS),
  ]
  return { ...usual(), name: 'full', counts, capacitySeconds: 3, cells: cells.filter(canAnswer) }
}

/** Those beside us on the page of the budgets, and we as browsers meet us. */
function besideInTrouble(): Cell[] {
  return [
    ...cross(BESIDE, ['private'], [MIDDLE], ['well', ...LOSSES]),
    ...cross(['Varnish ESI'], ['page'], [MIDDLE], LOSSES),
    ...cross(['Selvedge, TLS and brotli'], ['page'], [MIDDLE], ['well']),
    ...cross(['Selvedge, TLS and brotli'], ['hit', 'private'], [MIDDLE], ['well', 'slow']),
  ].filter(canAnswer)
}

function capacities(): Cell[] {
  const names = ['Selvedge', 'Selvedge, TLS and brotli', ...BESIDE] as const
  return [
    ...cross(names, ['page'], [MIDDLE], ['well']),
    ...cross(['Selvedge'], ['hit'], [MIDDLE], ['well']),
    ...cross(names, ['private'], [MIDDLE], ['well']),
  ].filter(canAnswer)
}

/**
 * A file has no fragments and knows nobody. One app has no service that could hang or die. Varnish's open edition cannot
 * look a session up without modules from elsewhere.
 */
function canAnswer({ who, kind, fault }: Cell): boolean {
  if (who === 'a static file') return kind === 'page' && fault === 'well'
  if (who === 'one Koa app') return fault === 'well' || fault === 'slow'
  if (who === 'Varnish ESI') return kind === 'page'
  return true
}

function cross(
  names: readonly Name[],
  kinds: readonly Kind[],
  counts: readonly number[],
  faults: readonly Fault[],
): Cell[] {
  return names.flatMap((who) =>
    kinds.flatMap((kind) => counts.flatMap((count) => faults.map((fault) => ({ who, kind, count, fault })))),
  )
}
