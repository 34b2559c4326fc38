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
  return CURRENCIES.some((currency) => currency === text)
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
  // Without a look behind, which browsers before Safari 16.4 cannot read.
  const typed = text.trim().replace(/(\d)[ \u00a0\u202f](?=\d{3}(?!\d))/g, '$1,')
  const [, whole, cents = ''] = /^(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?$/.exec(typed) ?? []
  // Two zeros say nothing, and are no group of thousands either: 1,200.00 JPY.
  const fraction = cents === '00' ? '' : cents
  if (typed === '') return { refusal: 'Enter the amount.' }
  if (whole === undefined) return { refusal: sayWrong(typed, decimals) }
  if (fraction.length > decimals) return { refusal: decimalsRefusal(currency, decimals) }
  const digits = `${whole.replace(/,/g, '')}${fraction.padEnd(decimals, '0')}`.replace(/^0+(?=\d)/, '')
  if (digits.length > MOST_DIGITS) return { refusal: 'This is more than we can send.' }
  return { amount: Number(digits) }
}

function sayWrong(typed: string, decimals: number): string {
  if (decimals > 0 && /^[\d.]{0,20}\d,\d{1,2}$/.test(typed)) {
    const [units = '', cents = ''] = typed.split(',')
    return `Use a point before the cents: ${units.replace(/\./g, '')}.${cents.padEnd(2, '0')}.`
  }
  const what = /^[^\d\s]|[^\d\s]$/.test(typed) ? 'figures only' : 'the amount in figures'
  return `Write ${what}, as in 1,234${decimals > 0 ? `.${'5'.padEnd(decimals, '0')}` : ''}.`
}

/** `1234.50`, for programs and for fields that a person goes on typing in. */
export function toDecimal(money: Money): string {
  const [whole, fraction] = partsOf(money)
  return `${money.amount < 0 ? '-' : ''}${whole}${fraction}`
}

/** `1,234.50`, for people. */
export function formatAmount(money: Money): string {
  const [whole, fraction] = partsOf(money)
  return `${money.amount < 0 ? '\u2212' : ''}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${fraction}`
}

/** `1,234.50 EUR`, in a sentence. */
export function formatMoney(money: Money): string {
  return `${formatAmount(money)}\u00a0${money.currency}`
}

/** Without the sign: `1234` and `.50`. */
function partsOf({ amount, currency }: Money): [whole: string, fraction: string] {
  const decimals = decimalsOf(currency)
  const digits = String(Math.abs(amount)).padStart(decimals + 1, '0')
  return decimals ? [digits.slice(0, -decimals), `.${digits.slice(-decimals)}`] : [digits, '']
}

function decimalsRefusal(currency: Currency, decimals: number): string {
  return decimals === 0 ? `No decimals in ${currency}.` : `At most ${decimals} decimals in ${currency}.`
}
