/** Money: whole minor units and a currency. Nothing here ever holds an amount in floating point. */

/** The currencies we hold, each with the decimals of ISO 4217. */
const DECIMALS = { EUR: 2, USD: 2, GBP: 2, CHF: 2, JPY: 0 } as const

export type Currency = keyof typeof DECIMALS
export const CURRENCIES = ['EUR', 'USD', 'GBP', 'CHF', 'JPY'] as const satisfies readonly Currency[]

export interface Money {
  /** In minor units: 1250 is EUR 12.50 or JPY 1250. */
  readonly amount: number
  readonly currency: Currency
}

/** Fifteen digits stay below 2^53, whatever they are. */
const MOST_DIGITS = 15

export function isCurrency(text: string | undefined): text is Currency {
  return text !== undefined && Object.hasOwn(DECIMALS, text)
}

export function decimalsOf(currency: Currency): number {
  return DECIMALS[currency]
}

/**
 * Reads an amount as people write it in English: `1234.5`, `1,234.50`, `1 234.50`. Anything else, such
 * as `12,50`, is refused with a sentence for whoever typed it: a guess would be wrong by a factor of a hundred.
 */
export function parseAmount(text: string, currency: Currency): { amount: number } | { refusal: string } {
  const decimals = decimalsOf(currency)
  const typed = text.trim().replace(/(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))/g, ',')
  const [, whole, fraction = ''] = /^(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?$/.exec(typed) ?? []
  if (typed === '') return { refusal: 'Enter the amount.' }
  if (whole === undefined) return { refusal: sayWrong(typed, decimals) }
  if (fraction.length > decimals) return { refusal: decimalsRefusal(currency, decimals) }
  const digits = `${whole.replaceAll(',', '')}${fraction.padEnd(decimals, '0')}`.replace(/^0+(?=\d)/, '')
  if (digits.length > MOST_DIGITS) return { refusal: 'This is more than we can send.' }
  return { amount: Number(digits) }
}

function sayWrong(typed: string, decimals: number): string {
  if (decimals > 0 && /^[\d.]*\d,\d{1,2}$/.test(typed)) {
    const [units = '', cents = ''] = typed.split(',')
    return `Use a point before the cents: ${units.replaceAll('.', '')}.${cents.padEnd(2, '0')}.`
  }
  if (/^[^\d\s]/.test(typed) || /[^\d\s]$/.test(typed)) return `Write figures only, as in ${exampleOf(decimals)}.`
  return `Write the amount in figures, as in ${exampleOf(decimals)}.`
}

/** `1234.50`, for programs and for fields that a person goes on typing in. */
export function toDecimal(money: Money): string {
  const { sign, whole, fraction } = partsOf(money)
  return `${sign}${whole}${fraction}`
}

/** `1,234.50`, for people. */
export function formatAmount(money: Money): string {
  const { sign, whole, fraction } = partsOf(money)
  return `${sign && '\u2212'}${grouped.format(whole)}${fraction}`
}

/** `1,234.50 EUR`, in a sentence. */
export function formatMoney(money: Money): string {
  return `${formatAmount(money)}\u00a0${money.currency}`
}

const grouped = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 })

function partsOf({ amount, currency }: Money): { sign: '' | '-'; whole: number; fraction: string } {
  const decimals = decimalsOf(currency)
  const digits = String(Math.abs(amount)).padStart(decimals + 1, '0')
  const split = digits.length - decimals
  const fraction = decimals === 0 ? '' : `.${digits.slice(split)}`
  return { sign: amount < 0 ? '-' : '', whole: Number(digits.slice(0, split)), fraction }
}

function exampleOf(decimals: number): string {
  return decimals === 0 ? '1,234' : `1,234.${'5'.padEnd(decimals, '0')}`
}

function decimalsRefusal(currency: Currency, decimals: number): string {
  return decimals === 0 ? `No decimals in ${currency}.` : `At most ${decimals} decimals in ${currency}.`
}
