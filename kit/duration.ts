/** A length of time as people write it: `300ms`, `5s`, `10m`, `1h`. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h'}`

const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const

/** Milliseconds of a duration. Throws on anything that is not one, since configuration may bring any string. */
export function milliseconds(duration: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(duration) ?? []
  if (amount === undefined || !isUnit(unit)) {
    throw new TypeError(`"${duration}" is not a duration. Write it as 300ms, 5s, 10m or 1h.`)
  }
  return Number(amount) * MILLISECONDS[unit]
}

/** Whole seconds of a duration, rounded up: HTTP headers know no less. */
export function seconds(duration: string): number {
  return Math.ceil(milliseconds(duration) / 1_000)
}

function isUnit(unit: string | undefined): unit is keyof typeof MILLISECONDS {
  return unit !== undefined && Object.hasOwn(MILLISECONDS, unit)
}
