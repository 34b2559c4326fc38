import { raiseTags } from '#kit'
import type { Database, Sql } from '#kit/database.ts'

export interface RateRow {
  readonly currency: string
  readonly name: string
  /** Of one euro. */
  readonly mid: number
  readonly yesterday: number
  readonly asOf: Date
}

/** All rates against the euro, the most traded first. */
export async function readRates(sql: Sql): Promise<RateRow[]> {
  return sql.query<RateRow>(
    `select currency, name, mid::float8 as mid, yesterday::float8 as yesterday, as_of as "asOf" from rates.rates
     order by array_position(array['USD', 'GBP', 'JPY', 'CHF'], currency), currency`,
  )
}

/**
 * Moves each rate by its factor, and says that the rates have changed, in one transaction. The first move of a day (UTC)
 * also keeps what the rate was until then, as yesterday's.
 */
export async function moveRates(db: Database, factors: Readonly<Record<string, number>>): Promise<void> {
  await db.transaction(async (sql) => {
    await sql.query(
      `update rates.rates set mid = round(mid * move.factor::numeric, 6), as_of = now(),
         yesterday = case when date_trunc('day', as_of, 'UTC') < date_trunc('day', now(), 'UTC') then mid else yesterday end
       from unnest($1::text[], $2::float8[]) as move (currency, factor) where rates.currency = move.currency`,
      [Object.keys(factors), Object.values(factors)],
    )
    await raiseTags(sql, ['rates'])
  })
}
