/** Chance that can be had again: the same seed, the same numbers (mulberry32). */

export interface Chance {
  /** From 0 to 1, and not 1. */
  next(): number
  /** A whole number from `low` on and below `high`. */
  between(low: number, high: number): number
  /** The same things in another order. */
  shuffle<T>(things: readonly T[]): T[]
}

export function openChance(seed: number): Chance {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low))
  return {
    next,
    between,
    shuffle(things) {
      const left = [...things]
      return things.flatMap(() => left.splice(between(0, left.length), 1))
    },
  }
}
