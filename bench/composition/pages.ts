/** The pages of the bench as plain data: what is on them, in which state, with which fault. */
import { AFTER, BEFORE, cardHtml, FALLBACK } from './card.tsx'

/** Of a page's fragments. `private`: three fifths of them cached, the others rendered for who is signed in. */
export const STATES = ['hit', 'stale', 'miss', 'private'] as const
/** Of one fragment in the middle of the page. */
export const FAULTS = ['well', 'slow', 'hanging', 'dead'] as const

export type State = (typeof STATES)[number]
export type Fault = (typeof FAULTS)[number]

/** Milliseconds that the slow fragment takes. */
export const SLOW = 700
/** Milliseconds that each fragment may take; the slow one may take its time, so that it does come. */
export const TIMEOUT = { well: 300, slow: 1_000, hanging: 300, dead: 300 } as const

/** Where a fragment comes from: the MFE that serves it. */
export type Source = 'hit' | 'stale' | 'miss' | 'mine' | 'slow' | 'hanging' | 'dead'

export interface BenchPage {
  /** `/hit/5/well` */
  readonly path: string
  readonly state: State
  readonly fault: Fault
  readonly count: number
  /** In the order of the page: the first is card 1. */
  readonly sources: readonly Source[]
}

export function benchPage(state: State, count: number, fault: Fault): BenchPage {
  const cached = Math.floor(count * 0.6)
  const sources = Array.from({ length: count }, (_, index): Source => {
    if (fault !== 'well' && index === Math.floor(count / 2)) return fault
    if (state !== 'private') return state
    return index < cached ? 'hit' : 'mine'
  })
  return { path: `/${state}/${count}/${fault}`, state, fault, count, sources }
}

export function benchPages(counts: readonly number[]): BenchPage[] {
  return STATES.flatMap((state) => FAULTS.flatMap((fault) => counts.map((count) => benchPage(state, count, fault))))
}

/** What must be on the page, in this order; what a contestant adds between is its own business. */
export function piecesOf({ sources }: BenchPage): string[] {
  return sources.map((source, index) => (isLost(source) ? FALLBACK : cardHtml(index + 1)))
}

/** The page as we compose it, byte for byte. */
export function wholeOf(page: BenchPage): string {
  return BEFORE + piecesOf(page).join('') + AFTER
}

export function timeoutOf(source: Source): number {
  return source === 'slow' || source === 'hanging' || source === 'dead' ? TIMEOUT[source] : TIMEOUT.well
}

function isLost(source: Source): boolean {
  return source === 'hanging' || source === 'dead'
}
