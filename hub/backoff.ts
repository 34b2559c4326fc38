/** Pauses between attempts. */

/** Seconds until the next attempt after `attempt` failures before this one; undefined where that was the last. */
export function pauseAfter(attempt: number, retrySeconds: readonly number[]): number | undefined {
  return retrySeconds[attempt]
}

/** Seconds to wait for what is away: longer and longer, up to the longest pause, and then as often as it takes. */
export function pauseAfterWait(waits: number, retrySeconds: readonly number[]): number {
  return retrySeconds[Math.min(waits, retrySeconds.length - 1)] ?? 0
}

/** Up to a fifth more or less, so that what failed together does not come back together. */
export function withJitter(seconds: number, random = Math.random()): number {
  return seconds * (0.8 + 0.4 * random)
}

export function sayExhausted(attempt: number, reason: string): string {
  return `${attempt + 1} attempts failed; the last one: ${reason}`
}
