/** The budgets of a composition (DESIGN §8), each from figures of the same run. */
import { median } from '../table.ts'
import type { Cell, Kind, Name } from './contestants.ts'
import { percentile, type Samples } from './load.ts'
import type { Capacities, Figures } from './measure.ts'
import { type Fault, TIMEOUT } from './pages.ts'
import { MIDDLE } from './plan.ts'

export interface Verdict {
  readonly what: string
  readonly budget: string
  readonly measured: string
  readonly met: boolean
}

/** Times the requests of the other. */
const CAPACITY = [
  ['page', 'Varnish ESI', 3],
  ['page', 'Tailor', 20],
  ['page', 'Podium', 100],
  ['private', 'Tailor', 2],
  ['private', 'Podium', 8],
] as const satisfies [Kind, Name, number][]

const FIRST_BYTE = 1.5
/** Milliseconds beyond the fragment's own time. */
const LATE = 50
/** From here on the generator has no time left: what it counts is then its own speed. */
const BUSY = 0.9

export function judge(figures: Figures): Verdict[] {
  return [
    ...CAPACITY.flatMap(([kind, other, budget]) => judgeCapacity(figures, kind, other, budget)),
    ...judgeFirstByte(figures, 'private', 'a private page'),
    ...judgeFirstByte(figures, 'hit', 'a public page that is not cached yet,'),
    ...(['hanging', 'dead'] as const).flatMap((fault) => judgeLoss(figures, fault)),
  ]
}

export interface Ratio {
  readonly perSecond: number
  /** Processor time of the other over ours. */
  readonly cpu: number
  /** Whether the generator was the slowest part of ours. */
  readonly bound: boolean
}

/** Of each round with the same round of the other: what slows one slows the other. */
export function ratioOf(ours: Capacities, other: Capacities): Ratio {
  const pairs = ours.rounds.flatMap((round, index) => {
    const twin = other.rounds[index]
    return twin ? [[round, twin] as const] : []
  })
  return {
    perSecond: median(pairs.map(([round, twin]) => round.perSecond / twin.perSecond)),
    cpu: median(pairs.map(([round, twin]) => twin.cpu / round.cpu)),
    bound: median(ours.rounds.map(({ busy }) => busy)) >= BUSY,
  }
}

function judgeCapacity(figures: Figures, kind: Kind, other: Name, budget: number): Verdict[] {
  const find = (who: Name) =>
    figures.capacities.find(({ cell }) => cell.who === who && cell.kind === kind && cell.count === MIDDLE)
  const [ours, theirs] = [find('Selvedge'), find(other)]
  if (!ours || !theirs) return []
  const { perSecond, cpu, bound } = ratioOf(ours, theirs)
  const times = (value: number) => `${value.toPrecision(3)} ×`
  // The servers had time to spare, so their own processor time says what requests a second cannot.
  const decided = bound && perSecond < budget ? cpu : perSecond
  const aside = bound
    ? `requests/s, where the generator was the limit; ${times(cpu)} by processor time`
    : `requests/s; ${times(cpu)} by processor time`
  return [
    {
      what: `${kind === 'page' ? 'public' : 'private'} page, ${MIDDLE} fragments, against ${other}`,
      budget: `≥ ${budget} ×`,
      measured: `${times(perSecond)} ${aside}`,
      met: decided >= budget,
    },
  ]
}

/** As browsers ask. Only what no cache will keep streams: a page of a person. */
function judgeFirstByte(figures: Figures, kind: Kind, what: string): Verdict[] {
  const ours = (fault: Fault) => samplesOf(figures, { who: 'Selvedge, TLS and brotli', kind, count: MIDDLE, fault })
  const [well, slow] = [ours('well'), ours('slow')]
  if (!well || !slow) return []
  const [before, after] = [percentile(well.first, 0.5), percentile(slow.first, 0.5)]
  // What is wrong may come fast.
  const failures = well.failures + slow.failures
  return [
    {
      what: `first compressed byte of ${what} with a 700 ms fragment, against without (p50)`,
      budget: `≤ ${FIRST_BYTE} ×, 0 failures`,
      measured: `${(after / before).toPrecision(3)} × (${after.toFixed(1)} and ${before.toFixed(1)} ms), ${failures} failures of ${well.asked + slow.asked}`,
      met: after / before <= FIRST_BYTE && failures === 0,
    },
  ]
}

/** All of our pages with this loss on them; an answer that lacks another fragment counts as a failure. */
function judgeLoss({ latencies }: Figures, fault: 'hanging' | 'dead'): Verdict[] {
  const lost = latencies.filter(({ cell }) => cell.who === 'Selvedge' && cell.fault === fault)
  if (lost.length === 0) return []
  const limit = TIMEOUT[fault] + LATE
  const late = Math.max(...lost.map(({ samples }) => percentile(samples.last, 0.99)))
  const usual = Math.max(...lost.map(({ samples }) => percentile(samples.last, 0.5)))
  const failures = lost.reduce((total, { samples }) => total + samples.failures, 0)
  const asked = lost.reduce((total, { samples }) => total + samples.asked, 0)
  return [
    {
      what: `a fragment ${fault}: 200 with its fallback, all others there, p99 within its ${TIMEOUT[fault]} + ${LATE} ms`,
      budget: `≤ ${limit} ms, 0 failures`,
      measured: `${late.toFixed(0)} ms (p50 ${usual.toFixed(0)}) in the worst of ${lost.length} cells, ${failures} failures of ${asked}`,
      met: late <= limit && failures === 0,
    },
  ]
}

export function samplesOf({ latencies }: Figures, wanted: Cell): Samples | undefined {
  const same = ({ who, kind, count, fault }: Cell) =>
    who === wanted.who && kind === wanted.kind && count === wanted.count && fault === wanted.fault
  return latencies.find(({ cell }) => same(cell))?.samples
}
