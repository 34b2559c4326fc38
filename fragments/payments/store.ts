/** The tables of payments. SQL only lives here; every query of a person's payments is scoped by that person's id. */
import type { Sql } from '#kit/database.ts'
import { patternOf } from '#kit/search.ts'
import { currentTrace, newTrace } from '#kit/trace.ts'
import type { Cursor } from './cursor.ts'
import type { Filter, PastPayment, Payment, State, Step } from './payments.ts'
import type { Order } from './rules.ts'
import { searchable } from './search.ts'

const COLUMNS = `id, user_id as "userId", amount, currency, payee, description, state, reason,
  trace, created_at as "createdAt", due_at as "dueAt"`

type NewPayment = Order & Pick<Payment, 'id' | 'userId'>

export async function addPayment(sql: Sql, payment: NewPayment, secondsToCancel: number): Promise<Payment> {
  const { id, userId, amount, currency, payee, description } = payment
  const rows = await sql.query<Payment>(
    `insert into payments.payments (id, user_id, amount, currency, payee, description, search, state, trace, due_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'submitted', $8, now() + make_interval(secs => $9)) returning ${COLUMNS}`,
    [
      id,
      userId,
      amount,
      currency,
      payee,
      description,
      searchable(payment),
      currentTrace() ?? newTrace(),
      secondsToCancel,
    ],
  )
  return only(rows)
}

/** Adds payments of the past as they ended, with steps that fit. One statement a table, for as many as there are. */
export async function addHistory(sql: Sql, payments: readonly PastPayment[]): Promise<void> {
  const rows = payments.map((payment) => ({ ...payment, search: searchable(payment) }))
  await sql.query(
    `insert into payments.payments
       (id, user_id, amount, currency, payee, description, search, state, reason, created_at, due_at)
     select id, "userId", amount, currency, payee, description, search, state, reason, "createdAt", "dueAt"
     from json_to_recordset($1) as row (id uuid, "userId" uuid, amount bigint, currency text, payee text, description text,
       search text, state text, reason text, "createdAt" timestamptz, "dueAt" timestamptz)
     on conflict do nothing`,
    [JSON.stringify(rows)],
  )
  await sql.query(
    `insert into payments.steps (payment_id, state, at)
     select id, 'submitted', created_at from payments.payments where id = any($1)
     union all
     select id, 'processing', created_at + interval '4 seconds' from payments.payments
     where id = any($1) and state in ('completed', 'failed')
     union all
     select id, state, created_at + interval '6 seconds' from payments.payments where id = any($1) and due_at is null
     on conflict do nothing`,
    [payments.map(({ id }) => id)],
  )
}

export async function findPayment(sql: Sql, userId: string, id: string): Promise<Payment | undefined> {
  const [payment] = await sql.query<Payment>(
    `select ${COLUMNS} from payments.payments where user_id = $1 and id = $2`,
    [userId, id],
  )
  return payment
}

/** One person's. In the direction of the cursor: newest first, except when reading back toward newer ones. */
export async function listPayments(
  sql: Sql,
  userId: string,
  filter: Filter,
  cursor: Cursor | undefined,
  limit: number,
): Promise<Payment[]> {
  return readPayments(sql, selectOf({ ...filter, userId }), cursor, limit)
}

export async function readPayments(
  sql: Sql,
  { conditions, bind, values }: Selection,
  cursor: Cursor | undefined,
  limit: number,
): Promise<Payment[]> {
  const back = cursor?.toward === 'newer'
  const after = cursor && `(created_at, id) ${back ? '>' : '<'} (${bind(cursor.createdAt)}, ${bind(cursor.id)})`
  const order = back ? 'asc' : 'desc'
  return sql.query<Payment>(
    `select ${COLUMNS} from payments.payments where ${[...conditions, after ?? 'true'].join(' and ')}
     order by created_at ${order}, id ${order} limit ${bind(limit)}`,
    values,
  )
}

/** Stops counting at `most`. */
export async function countPayments(sql: Sql, userId: string, filter: Filter, most: number): Promise<number> {
  const { conditions, bind, values } = selectOf({ ...filter, userId })
  const rows = await sql.query<{ count: number }>(
    `select count(*) from (select from payments.payments where ${conditions.join(' and ')} limit ${bind(most)}) as found`,
    values,
  )
  return only(rows).count
}

export async function listSteps(sql: Sql, paymentId: string): Promise<Step[]> {
  return sql.query<Step>('select state, at from payments.steps where payment_id = $1 order by at', [paymentId])
}

/** Writes down the state that each payment is in now. Gives the times by payment. */
export async function addSteps(
  sql: Sql,
  payments: readonly Pick<Payment, 'id' | 'state'>[],
): Promise<ReadonlyMap<string, Date>> {
  // The time on the clock, not the transaction's: what waited for a lock happened after what held it.
  const steps = await sql.query<{ id: string; at: Date }>(
    `insert into payments.steps (payment_id, state, at)
     select id, state, clock_timestamp() from unnest($1::uuid[], $2::text[]) as changed (id, state)
     returning payment_id as id, at`,
    [payments.map(({ id }) => id), payments.map(({ state }) => state)],
  )
  return new Map(steps.map(({ id, at }) => [id, at]))
}

/** Everything about a person's payments, newest first: with its steps, oldest first. */
export async function listHistory(sql: Sql, userId: string): Promise<object[]> {
  return sql.query(
    `select id, amount, currency, payee, description, state, reason, created_at as "createdAt",
       (select json_agg(json_build_object('state', state, 'at', at) order by at) from payments.steps where payment_id = id)
         as steps
     from payments.payments where user_id = $1 order by created_at desc, id desc`,
    [userId],
  )
}

interface Settlement {
  readonly from: State
  readonly to: State
  readonly reason?: string | undefined
  /** Whose it must be, where a person asks. */
  readonly userId?: string
}

/** Moves a payment to its last state, only if it is still in `from`: of two that try, one gets undefined. */
export async function settle(
  sql: Sql,
  id: string,
  { from, to, reason, userId }: Settlement,
): Promise<Payment | undefined> {
  const [payment] = await sql.query<Payment>(
    `update payments.payments set state = $3, reason = $4, due_at = null
     where id = $1 and state = $2 and ($5::uuid is null or user_id = $5) returning ${COLUMNS}`,
    [id, from, to, reason ?? null, userId ?? null],
  )
  return payment
}

/**
 * Moves up to `limit` payments on whose time to cancel is over. Rows that another transaction holds are left to it, be it
 * another of us or a person who cancels.
 */
export async function takeDue(sql: Sql, limit: number): Promise<Payment[]> {
  return sql.query<Payment>(
    `with due as materialized (
       select id as due_id from payments.payments where due_at <= now() order by due_at limit $1 for update skip locked
     )
     update payments.payments set state = 'processing', due_at = null from due where id = due_id returning ${COLUMNS}`,
    [limit],
  )
}

export interface SpentKey {
  readonly userId: string
  readonly key: string
  readonly fingerprint: string
  readonly paymentId: string
}

/** Whether nobody else holds the key; it is then held until the transaction ends. */
export async function lockKey(sql: Sql, userId: string, key: string): Promise<boolean> {
  const rows = await sql.query<{ locked: boolean }>(
    'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as locked',
    [`payments.keys ${userId} ${key}`],
  )
  return only(rows).locked
}

/** Whether the key was still unspent. Waits for a transaction that is just spending it. */
export async function spendKey(sql: Sql, { userId, key, fingerprint, paymentId }: SpentKey): Promise<boolean> {
  const rows = await sql.query(
    `insert into payments.keys (user_id, key, fingerprint, payment_id) values ($1, $2, $3, $4)
     on conflict do nothing returning key`,
    [userId, key, fingerprint, paymentId],
  )
  return rows.length > 0
}

export async function readKey(
  sql: Sql,
  userId: string,
  key: string,
): Promise<Pick<SpentKey, 'fingerprint' | 'paymentId'>> {
  const rows = await sql.query<Pick<SpentKey, 'fingerprint' | 'paymentId'>>(
    'select fingerprint, payment_id as "paymentId" from payments.keys where user_id = $1 and key = $2',
    [userId, key],
  )
  return only(rows)
}

/** Deletes the keys that were spent before so many days. */
export async function deleteOldKeys(sql: Sql, days: number): Promise<void> {
  await sql.query('delete from payments.keys where spent_at < now() - make_interval(days => $1)', [days])
}

export type Selection = ReturnType<typeof selectOf>

interface Wanted extends Filter {
  readonly userId?: string | undefined
  readonly currency?: string | undefined
}

/** The conditions of a list; only the names of columns are ever part of the text. */
export function selectOf({ userId, state, currency, q }: Wanted) {
  const values: unknown[] = []
  const bind = (value: unknown) => `$${values.push(value)}`
  const conditions = [
    userId && `user_id = ${bind(userId)}`,
    state && `state = ${bind(state)}`,
    currency && `currency = ${bind(currency)}`,
    q && `search like ${bind(patternOf(q))}`,
  ].filter((condition) => condition !== undefined && condition !== '')
  return { conditions, bind, values }
}

function only<Row>([row]: Row[]): Row {
  if (!row) throw new Error('A query that always finds a row found none.')
  return row
}
