/** A gate lets a few through at a time: a flood of sign-ins may neither eat the memory nor keep every thread busy. */
import { Refusal } from '#kit/errors.ts'

export type Gate = <T>(work: () => Promise<T>) => Promise<T>

/** `width` run at once, up to `queue` wait in line, and whoever comes after that is asked to come back. */
export function openGate(width: number, queue: number): Gate {
  const waiting: (() => void)[] = []
  let inside = 0

  return async (work) => {
    if (inside >= width) {
      if (waiting.length >= queue) {
        throw new Refusal(503, 'Many people are signing in right now. Try again in a few seconds.', {
          'Retry-After': '5',
        })
      }
      await new Promise<void>((enter) => waiting.push(enter))
    } else {
      inside += 1
    }
    try {
      return await work()
    } finally {
      // The place is handed on, not given back, so that nobody can slip in before who waited.
      const next = waiting.shift()
      if (next) next()
      else inside -= 1
    }
  }
}
