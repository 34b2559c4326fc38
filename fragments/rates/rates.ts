/** Exchange rates: what we buy and sell at. Rules only; where the numbers come from is `store.ts`. */
import { type Middles, quoteRate } from './exchange.ts'
import type { RateRow } from './store.ts'

/** The currencies that have a rate, each with the other. */
export const BASES = ['EUR', 'USD', 'GBP', 'CHF', 'JPY'] as const
export type Base = (typeof BASES)[number]

/** Decimals, as text. */
export interface Rate {
  readonly currency: string
  readonly name: string
  readonly middle: string
  readonly buy: string
  readonly sell: string
  /** Change since yesterday in percent, two decimals. */
  readonly change: number
}

const EURO = { currency: 'EUR', name: 'Euro', mid: '1', yesterday: '1' }

/** The rates seen from `base`: how much of each other currency one unit is. Empty for a currency that has no rate. */
export function ratesAgainst(base: string, rows: readonly RateRow[]): Rate[] {
  const all = [EURO, ...rows]
  const from = all.find(({ currency }) => currency === base)
  if (!from) return []
  return all
    .filter(({ currency }) => currency !== base)
    .map(({ currency, name, mid, yesterday }) => {
      const middle = quoteRate(from.mid, mid, 'middle')
      return {
        currency,
        name,
        middle,
        buy: quoteRate(from.mid, mid, 'buy'),
        sell: quoteRate(from.mid, mid, 'sell'),
        change: changeInPercent(quoteRate(from.yesterday, yesterday, 'middle'), middle),
      }
    })
}

/** `{ EUR: '1', USD: '1.086300', … }` */
export function middlesOf(rows: readonly RateRow[]): Middles {
  return Object.fromEntries([EURO, ...rows].map(({ currency, mid }) => [currency, mid]))
}

/** Each currency with its name, the euro first. */
export function namesOf(rows: readonly RateRow[]): (readonly [currency: string, name: string])[] {
  return [EURO, ...rows].map(({ currency, name }) => [currency, name])
}

/** What a rate is quoted for: one yen is too little to say anything about. */
export function unitsOf(base: Base): number {
  return base === 'JPY' ? 100 : 1
}

/** As rates are quoted: two decimals from ten on, four below. For reading only. */
export function formatRate(rate: string, units = 1): string {
  const value = Number(rate) * units
  return (value >= 10 ? TWO : FOUR).format(value)
}

const TWO = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const FOUR = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 4, maximumFractionDigits: 4 })

function changeInPercent(before: string, now: string): number {
  return Math.round((Number(now) / Number(before) - 1) * 10_000) / 100
}
