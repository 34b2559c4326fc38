/** Sums over a person's payments and credits. Never stored: one index holds all that they are made of. */
import { raiseTags } from '#kit'
import type { Sql } from '#kit/database.ts'
import { CURRENCIES, type Currency, type Money } from '#kit/money.ts'

/** All in minor units of the currency. */
export interface Balance {
  readonly currency: Currency
  /** What came in, less what completed payments took out. Below zero where they took more. */
  readonly balance: number
  /** For payments under way, and how many these are. */
  readonly reserved: number
  readonly underWay: number
  readonly available: number
}

/** One for each currency in which money was ever moved, in the order of `CURRENCIES`. */
export async function readBalances(sql: Sql, userId: string): Promise<Balance[]> {
  const rows = await sql.query<Omit<Balance, 'available'>>(
    `select currency, sum(moved)::bigint as balance, sum(reserved)::bigint as reserved, sum(under_way)::bigint as "underWay"
     from (
       select currency, amount as moved, 0 as reserved, 0 as under_way from payments.credits where user_id = $1
       union all
       select currency, -amount, 0, 0 from payments.payments where user_id = $1 and state = 'completed'
       union all
       select currency, 0, amount, 1 from payments.payments where user_id = $1 and state in ('submitted', 'processing')
     ) as moves group by currency`,
    [userId],
  )
  const balances = new Map(rows.map((row) => [row.currency, { ...row, available: row.balance - row.reserved }]))
  return CURRENCIES.flatMap((currency) => balances.get(currency) ?? [])
}

export interface Spending {
  /** Oldest first, as many as were asked for; the last one is the current month, which goes on. Minor units of EUR. */
  readonly months: readonly { readonly start: Date; readonly amount: number }[]
  /** Completed in the same time in other currencies, in the order of `CURRENCIES`. */
  readonly others: readonly Money[]
}

/** Completed payments by the month (UTC) in which they were ordered. Which month is the current one, the database says. */
export async function readSpending(sql: Sql, userId: string, count: number): Promise<Spending> {
  const rows = await sql.query<{ start: Date; amount: number; others: Money[] }>(
    `with recursive month (start) as (
       select date_trunc('month', now() at time zone 'UTC') - make_interval(months => $2)
       union all
       select start + interval '1 month' from month where start + interval '1 month' <= now() at time zone 'UTC'
     ), spent as (
       select date_trunc('month', created_at at time zone 'UTC') as start, currency, sum(amount)::bigint as amount
       from payments.payments where user_id = $1 and state = 'completed'
         and created_at >= (select min(start) from month) at time zone 'UTC'
       group by 1, 2
     )
     select month.start at time zone 'UTC' as start, coalesce(spent.amount, 0) as amount,
       (select coalesce(json_agg(other), '[]') from (
         select currency, sum(amount)::bigint as amount from spent where currency <> 'EUR' group by currency
       ) as other) as others
     from month left join spent on spent.start = month.start and spent.currency = 'EUR'
     order by month.start`,
    [userId, count - 1],
  )
  const others = new Map(rows[0]?.others.map((other) => [other.currency, other]))
  return {
    months: rows.map(({ start, amount }) => ({ start, amount })),
    others: CURRENCIES.flatMap((currency) => others.get(currency) ?? []),
  }
}

export interface Credit extends Money {
  readonly id: string
  readonly userId: string
  /** Who it came from. */
  readonly source: string
  readonly description: string
  readonly createdAt: Date
}

/** Those that are there already stay as they are. Raises the tags of whose they are. */
export async function addCredits(sql: Sql, credits: readonly Credit[]): Promise<void> {
  await sql.query(
    `insert into payments.credits (id, user_id, amount, currency, source, description, created_at)
     select id, "userId", amount, currency, source, description, "createdAt"
     from json_to_recordset($1) as row (id uuid, "userId" uuid, amount bigint, currency text, source text,
       description text, "createdAt" timestamptz)
     on conflict do nothing`,
    [JSON.stringify(credits)],
  )
  await raiseTags(
    sql,
    credits.map(({ userId }) => `payments:${userId}`),
  )
}

/** What came in for a person, newest first. */
export async function listCredits(sql: Sql, userId: string): Promise<Credit[]> {
  return sql.query<Credit>(
    `select id, user_id as "userId", amount, currency, source, description, created_at as "createdAt"
     from payments.credits where user_id = $1 order by created_at desc, id`,
    [userId],
  )
}
