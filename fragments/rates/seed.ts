import { createHash } from 'node:crypto'
import type { Sql } from '#kit/database.ts'

const RATES = [
  { currency: 'USD', name: 'US dollar', mid: '1.086300', yesterday: '1.085000' },
  { currency: 'GBP', name: 'Pound sterling', mid: '0.835800', yesterday: '0.836500' },
  { currency: 'JPY', name: 'Japanese yen', mid: '164.180000', yesterday: '163.510000' },
  { currency: 'CHF', name: 'Swiss franc', mid: '0.935000', yesterday: '0.935000' },
]

/** Days of history before today. */
const DAYS = 120
/** The largest step of one day, in millionths of the rate. */
const STEP = 4_000
const MILLION = 1_000_000

/** First rates and how they came about, so that there is something to show before the market moves. */
export async function seed(sql: Sql): Promise<void> {
  for (const { currency, name, mid, yesterday } of RATES) {
    await sql.query(
      'insert into rates.rates (currency, name, mid, yesterday) values ($1, $2, $3, $4) on conflict do nothing',
      [currency, name, mid, yesterday],
    )
  }
  await seedHistory(sql)
}

/** Only where there is none: what the ticker has kept since is true, and this is made up. */
async function seedHistory(sql: Sql): Promise<void> {
  const past = RATES.flatMap(({ currency, yesterday }) =>
    walkBack(currency, Math.round(Number(yesterday) * MILLION)).map((mid, index) => ({
      currency,
      ago: index + 1,
      mid,
    })),
  )
  await sql.query(
    `insert into rates.history (currency, day, mid)
     select currency, (now() at time zone 'UTC')::date - ago, mid::numeric / ${MILLION}
     from unnest($1::text[], $2::int[], $3::int8[]) as past (currency, ago, mid)
     where not exists (select from rates.history) on conflict do nothing`,
    [past.map(({ currency }) => currency), past.map(({ ago }) => ago), past.map(({ mid }) => mid)],
  )
}

/** Rates in millionths, from yesterday back: the same walk for the same currency, always. */
function walkBack(currency: string, yesterday: number): number[] {
  const rates = [yesterday]
  for (let mid = yesterday; rates.length < DAYS; rates.push(mid)) {
    const drawn = createHash('sha256').update(`${currency} ${rates.length}`).digest().readUInt16BE() / 0xffff
    mid += Math.round((mid * (drawn * 2 - 1) * STEP) / MILLION)
  }
  return rates
}
