/** Pauses between attempts. */

/** Seconds until the next attempt after `attempt` failures before this one; undefined where that was the last. */
export function pauseAfter(attempt: number, retrySeconds: readonly number[]): number | undefined {
  return retrySeconds[attempt]
}

/** Up to a fifth more or less, so that what failed together does not come back together. */
export function withJitter(seconds: number, random = Math.random()): number {
  return seconds * (0.8 + 0.4 * random)
}

export function sayExhausted(attempt: number, reason: string): string {
  return `${attempt + 1} attempts failed; the last one: ${reason}`
}
