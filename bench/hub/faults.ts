/** What goes wrong, and when: made of a seed, so that a run can be had again. */
import type { HubKind } from './ground.ts'
import type { Role } from './order.ts'
import { openChance } from './random.ts'

/** A role or a server is killed; `cut …` breaks every connection to it. */
export type FaultKind = Role | 'broker' | 'database' | 'cut broker' | 'cut database'

export interface Fault {
  readonly kind: FaultKind
  /** It comes once this many payments are confirmed, */
  readonly after: number
  /** and so many milliseconds later. */
  readonly pause: number
  /** Milliseconds until what was killed is started again. */
  readonly away: number
}

const LONGEST_PAUSE_MS = 300
const LONGEST_AWAY_MS = 800

const ROLES = ['service', 'relay', 'worker', 'consumers'] as const
/** The embedded hub is the database. */
const KINDS: Readonly<Record<HubKind, readonly FaultKind[]>> = {
  embedded: [...ROLES, 'database', 'cut database'],
  rabbitmq: [...ROLES, 'broker', 'cut broker', 'database', 'cut database'],
}

/** Each round hits everything once, in an order of its own. Each fault has a share of the payments that flow around it. */
export function planFaults(hub: HubKind, seed: number, payments: number, rounds: number): Fault[] {
  const chance = openChance(seed)
  const kinds = Array.from({ length: rounds }, () => chance.shuffle(KINDS[hub])).flat()
  return kinds.map((kind, index) => ({
    kind,
    after: Math.floor(((index + 0.1 + 0.8 * chance.next()) / kinds.length) * payments),
    pause: chance.between(0, LONGEST_PAUSE_MS),
    away: chance.between(0, LONGEST_AWAY_MS),
  }))
}

/** How many payments may be made before the next fault is over: its share and those before it. */
export function allowanceOf(faults: readonly Fault[], index: number, payments: number): number {
  return Math.ceil(((index + 1) / faults.length) * payments)
}

export function sayFault({ kind, after, away }: Fault): string {
  return kind.startsWith('cut') ? `${kind} after ${after}` : `SIGKILL ${kind} after ${after}, for ${away} ms`
}
