/** Exchange rates: what we buy and sell at. Rules only; where the numbers come from is `store.ts`. */
import type { RateRow } from './store.ts'

/** Half of the difference between buying and selling, as a share of the middle rate. */
const MARGIN = 0.0066

export interface Rate {
  readonly currency: string
  readonly name: string
  readonly mid: number
  readonly buy: number
  readonly sell: number
  /** Change since yesterday in percent, two decimals. */
  readonly change: number
}

/** The rates seen from `base`: how much of each other currency one unit is. Empty for a currency that has no rate. */
export function ratesAgainst(base: string, rows: readonly RateRow[]): Rate[] {
  const euro: Pick<RateRow, 'currency' | 'name' | 'mid' | 'yesterday'> = {
    currency: 'EUR',
    name: 'Euro',
    mid: 1,
    yesterday: 1,
  }
  const all = [euro, ...rows]
  const from = all.find(({ currency }) => currency === base)
  if (!from) return []
  return all
    .filter(({ currency }) => currency !== base)
    .map(({ currency, name, mid, yesterday }) => {
      const now = mid / from.mid
      const before = yesterday / from.yesterday
      return {
        currency,
        name,
        mid: now,
        buy: now * (1 - MARGIN),
        sell: now * (1 + MARGIN),
        change: Math.round((now / before - 1) * 10_000) / 100,
      }
    })
}

/** Four decimals below ten, two from ten on: as rates are quoted. */
export function formatRate(rate: number): string {
  return rate.toLocaleString('en-GB', rate < 10 ? FOUR : TWO)
}

const FOUR = { minimumFractionDigits: 4, maximumFractionDigits: 4 }
const TWO = { minimumFractionDigits: 2, maximumFractionDigits: 2 }
