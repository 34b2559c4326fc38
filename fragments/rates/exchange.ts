/**
 * Changing money, exactly: whole numbers and decimals as text, never floats. The server and the converter in the browser
 * run this same file, so they say the same. BigInt() and no literals: the oldest browsers must at least be able to read it.
 */
import { type Currency, decimalsOf, type Money, parseAmount } from '#kit/money.ts'

/** What we give for a currency, the middle, and what we take for it. */
export type Side = 'buy' | 'middle' | 'sell'

/** Half of the difference between buying and selling, in ten-thousandths of the middle rate. */
export const MARGIN = 66
const WHOLE = 10_000
const SHARES = { buy: WHOLE - MARGIN, middle: WHOLE, sell: WHOLE + MARGIN } as const

/** Middle rates of one euro, as decimals: `{ EUR: '1', USD: '1.086300' }`. */
export type Middles = Readonly<Partial<Record<Currency, string>>>

export interface Conversion {
  readonly given: Money
  readonly result: Money
  /** How much of the result's currency one of the given is: we buy what is given. */
  readonly rate: string
  readonly middle: string
  /** What less than at the middle rate. */
  readonly charge: Money
}

/** A sentence for whoever chose, and the field it is about. */
export interface Refused {
  readonly refusal: string
  readonly field: 'amount' | 'to'
}

/** What `typed` of one currency is in another. */
export function convert(typed: string, from: Currency, to: Currency, middles: Middles): Conversion | Refused {
  const parsed = parseAmount(typed, from)
  if ('refusal' in parsed) return { ...parsed, field: 'amount' }
  if (from === to) return { refusal: `That is ${to} already. Choose another currency.`, field: 'to' }
  const [fromMiddle, toMiddle] = [middles[from], middles[to]]
  if (!fromMiddle || !toMiddle) return { refusal: 'There is no rate for this currency today.', field: 'to' }
  const given = { amount: parsed.amount, currency: from }
  const rate = quoteRate(fromMiddle, toMiddle, 'buy')
  const middle = quoteRate(fromMiddle, toMiddle, 'middle')
  const atMiddle = exchange(given, to, middle)
  if (!Number.isSafeInteger(atMiddle)) return { refusal: 'This is more than we can change.', field: 'amount' }
  const result = exchange(given, to, rate)
  return {
    given,
    result: { amount: result, currency: to },
    rate,
    middle,
    charge: { amount: atMiddle - result, currency: to },
  }
}

/** How much of one currency a unit of another is, from the middle rates of both: six significant digits, half up. */
export function quoteRate(from: string, to: string, side: Side): string {
  const [a, b] = [readDecimal(from), readDecimal(to)]
  const above = b.digits * tenTo(a.decimals) * BigInt(SHARES[side])
  const below = a.digits * tenTo(b.decimals) * BigInt(WHOLE)
  let decimals = 0
  while (above * tenTo(decimals) < below * tenTo(5)) decimals++
  return writeDecimal(divide(above * tenTo(decimals), below), decimals)
}

/** In minor units of `to`. Half of one is rounded up, in favour of whoever gets it. */
export function exchange({ amount, currency }: Money, to: Currency, rate: string): number {
  const { digits, decimals } = readDecimal(rate)
  const above = BigInt(amount) * digits * tenTo(decimalsOf(to))
  return Number(divide(above, tenTo(decimals) * tenTo(decimalsOf(currency))))
}

function readDecimal(text: string): { digits: bigint; decimals: number } {
  const [whole = '', fraction = ''] = text.split('.')
  return { digits: BigInt(whole + fraction), decimals: fraction.length }
}

function writeDecimal(value: bigint, decimals: number): string {
  const digits = String(value).padStart(decimals + 1, '0')
  const point = digits.length - decimals
  return decimals ? `${digits.slice(0, point)}.${digits.slice(point)}` : digits
}

function divide(above: bigint, below: bigint): bigint {
  return (above + above + below) / (below + below)
}

function tenTo(power: number): bigint {
  return BigInt(`1${'0'.repeat(power)}`)
}
