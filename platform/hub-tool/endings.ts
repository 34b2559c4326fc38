/** How the tool ends, as scripts see it. */

export const EXIT = { well: 0, needsPerson: 1, wrongUsage: 2, away: 3 } as const

/** What was asked for makes no sense: the sentence says why. */
export class WrongUsage extends Error {
  override name = 'WrongUsage'
}

/** It was understood, and was not or not wholly done: somebody has to look. */
export class NeedsPerson extends Error {
  override name = 'NeedsPerson'
}

export function describe(error: unknown): string {
  // Where each address of a host was tried, the message is empty.
  if (error instanceof AggregateError && error.errors.length > 0) return describe(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}
