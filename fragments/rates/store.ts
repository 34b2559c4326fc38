import { raiseTags } from '#kit'
import type { Database, Sql } from '#kit/database.ts'
import { publisher } from '../../hub/publish.ts'

const publish = publisher('rates')

export interface RateRow {
  readonly currency: string
  readonly name: string
  /** Of one euro, an exact decimal: `1.086300`. */
  readonly mid: string
  readonly yesterday: string
  readonly asOf: Date
}

/** What a rate was when its day (UTC) ended. */
export interface PastRate {
  readonly currency: string
  /** `2026-11-22` */
  readonly day: string
  readonly mid: string
}

/** All rates against the euro, the most traded first. */
export async function readRates(sql: Sql): Promise<RateRow[]> {
  return sql.query<RateRow>(
    `select currency, name, mid::text as mid, yesterday::text as yesterday, as_of as "asOf" from rates.rates
     order by array_position(array['USD', 'GBP', 'JPY', 'CHF'], currency), currency`,
  )
}

/** The rates of the last `days` days, oldest first: of one currency, or of all. */
export async function readHistory(sql: Sql, days: number, currency?: string): Promise<PastRate[]> {
  return sql.query<PastRate>(
    `select currency, to_char(day, 'YYYY-MM-DD') as day, mid::text as mid from rates.history
     where day >= (now() at time zone 'UTC')::date - $1::int and currency = coalesce($2, currency) order by day`,
    [days, currency],
  )
}

/**
 * Moves each rate by its factor, and says that the rates have changed, in one transaction. The first move of a day (UTC)
 * also keeps what the rate was until then, as yesterday's and in the history.
 */
export async function moveRates(db: Database, factors: Readonly<Record<string, number>>): Promise<void> {
  await db.transaction(async (sql) => {
    await sql.query(
      `insert into rates.history (currency, day, mid)
       select currency, (as_of at time zone 'UTC')::date, mid from rates.rates
       where (as_of at time zone 'UTC')::date < (now() at time zone 'UTC')::date
       on conflict (currency, day) do update set mid = excluded.mid`,
    )
    const rates = await sql.query<{ currency: string; mid: string }>(
      `update rates.rates set mid = round(mid * move.factor::numeric, 6), as_of = now(),
         yesterday = case when date_trunc('day', as_of, 'UTC') < date_trunc('day', now(), 'UTC') then mid else yesterday end
       from unnest($1::text[], $2::float8[]) as move (currency, factor) where rates.currency = move.currency
       returning rates.currency, mid::text as mid`,
      [Object.keys(factors), Object.values(factors)],
    )
    await publish(sql, [{ type: 'rates.changed', subject: 'rates', data: { rates } }])
    await raiseTags(sql, ['rates'])
  })
}
