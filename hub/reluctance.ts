/**
 * What the hub does not take just now, by kind of event: a queue that is full refuses the kinds that go there, and the
 * others go on. A refused kind is tried again with one event, after longer and longer pauses.
 */
export interface Reluctance {
  /** Kinds that are not sent. */
  held(): string[]
  /** Those of them that may be tried now. */
  due(now: number): string[]
  /** Milliseconds until the next may be tried; undefined where all are taken. */
  untilDue(now: number): number | undefined
  refused(type: string, now: number): void
  taken(type: string): void
}

const SHORTEST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

export function createReluctance(): Reluctance {
  const kinds = new Map<string, { failures: number; until: number }>()
  return {
    held: () => [...kinds.keys()],
    due: (now) => [...kinds].filter(([, { until }]) => until <= now).map(([type]) => type),
    untilDue(now) {
      if (kinds.size === 0) return undefined
      return Math.max(0, Math.min(...[...kinds.values()].map(({ until }) => until)) - now)
    },
    refused(type, now) {
      const failures = (kinds.get(type)?.failures ?? 0) + 1
      kinds.set(type, { failures, until: now + pauseAfter(failures) })
    },
    taken: (type) => void kinds.delete(type),
  }
}

/** Doubled each time. */
export function pauseAfter(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** (failures - 1))
}
