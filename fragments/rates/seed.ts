import type { Sql } from '#kit/database.ts'

const RATES = [
  ['USD', 'US dollar', '1.086300', '1.085000'],
  ['GBP', 'Pound sterling', '0.835800', '0.836500'],
  ['JPY', 'Japanese yen', '164.180000', '163.510000'],
  ['CHF', 'Swiss franc', '0.935000', '0.935000'],
]

/** First rates, so that there is something to show before the market moves. */
export async function seed(sql: Sql): Promise<void> {
  for (const row of RATES) {
    await sql.query(
      'insert into rates.rates (currency, name, mid, yesterday) values ($1, $2, $3, $4) on conflict do nothing',
      row,
    )
  }
}
