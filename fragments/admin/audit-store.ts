/** The table of the audit log. It is read and added to; the database refuses all else. */
import type { Sql } from '#kit/database.ts'
import type { Filter, Head, Row } from './audit.ts'
import type { Cursor } from './audit-cursor.ts'

const COLUMNS = `position, event, type, source, subject, happened_at as "happenedAt", noted_at as "notedAt", actor, trace,
  data::text as data, encode(previous, 'hex') as previous, encode(hash, 'hex') as hash`
const HEAD = "select position, encode(hash, 'hex') as hash from admin.audit order by position desc limit 1"

/** Days back in which every row has a note in the inbox: somewhat less than notes are kept there. */
const NOTED_DAYS = 35

export interface Handled {
  readonly event: string
  readonly type: string
  readonly subject: string
  readonly at: Date
}

/** The newest row, which nobody else can follow until this transaction is over, and what time it is. */
export async function holdHead(sql: Sql): Promise<{ head: Head | undefined; now: Date }> {
  // A statement of its own: the next one then sees what was committed while this one waited.
  await sql.query("select pg_advisory_xact_lock(hashtextextended('admin.audit', 0))")
  const [row] = await sql.query<{ now: Date; position: number | null; hash: string | null }>(
    `select now, position, hash from (select clock_timestamp()::timestamptz(3) as now) as clock
     left join (${HEAD}) as head on true`,
  )
  const { now, position, hash } = row ?? { now: new Date(), position: null, hash: null }
  return { now, head: position === null || hash === null ? undefined : { position, hash } }
}

export async function readHead(sql: Sql): Promise<Head | undefined> {
  const [head] = await sql.query<Head & Record<string, unknown>>(HEAD)
  return head
}

/** Does nothing where the event has a row. */
export async function addRow(sql: Sql, row: Row): Promise<void> {
  const { position, event, type, source, subject, happenedAt, notedAt, actor, trace, data, previous, hash } = row
  await sql.query(
    `insert into admin.audit
       (position, event, type, source, subject, happened_at, noted_at, actor, trace, data, previous, hash)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, decode($11, 'hex'), decode($12, 'hex'))
     on conflict (source, event) do nothing`,
    [position, event, type, source, subject, happenedAt, notedAt, actor, trace, data, previous, hash],
  )
}

export async function findRow(sql: Sql, position: number): Promise<Row | undefined> {
  const [row] = await sql.query<Row & Record<string, unknown>>(
    `select ${COLUMNS} from admin.audit where position = $1`,
    [position],
  )
  return row
}

/** The rows after this position and up to that one, in order. */
export async function readRows(sql: Sql, after: number, upTo: number, limit: number): Promise<Row[]> {
  return sql.query<Row & Record<string, unknown>>(
    `select ${COLUMNS} from admin.audit where position > $1 and position <= $2 order by position limit $3`,
    [after, upTo, limit],
  )
}

export async function countRows(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ count: number }>('select count(*) from admin.audit')
  return row?.count ?? 0
}

/** In the direction of the cursor: what happened last comes first, except when reading back toward that. */
export async function listRows(
  sql: Sql,
  { type, id }: Filter,
  cursor: Cursor | undefined,
  limit: number,
): Promise<Row[]> {
  const values: unknown[] = [limit]
  const bind = (value: unknown) => `$${values.push(value)}`
  const back = cursor?.toward === 'newer'
  const direction = back ? 'asc' : 'desc'
  const conditions = [
    ...(cursor
      ? [`(happened_at, position) ${back ? '>' : '<'} (${bind(cursor.happenedAt)}, ${bind(cursor.position)})`]
      : []),
    ...(type === undefined ? [] : [`type = ${bind(type)}`]),
  ]
  const select = (...more: string[]) =>
    `select ${COLUMNS} from admin.audit where ${[...conditions, ...more].join(' and ') || 'true'}
     order by happened_at ${direction}, position ${direction} limit $1`
  if (id === undefined) return sql.query<Row & Record<string, unknown>>(select(), values)
  // Each by its own index, in order: `or` would read and sort all that there is of a person.
  const place = bind(id)
  return sql.query<Row & Record<string, unknown>>(
    `select * from ((${select(`subject = ${place}`)}) union (${select(`actor = ${place}`)})) as found
     order by "happenedAt" ${direction}, position ${direction} limit $1`,
    values,
  )
}

/** Events that were handled, says the inbox, and have no row. */
export async function findUnwritten(sql: Sql, limit: number): Promise<Handled[]> {
  return sql.query<Handled & Record<string, unknown>>(
    `select event, type, subject, min(at) as at from hub.inbox
     where consumer = 'admin' and not exists (select from admin.audit where audit.event = inbox.event)
     group by event, type, subject order by at limit $1`,
    [limit],
  )
}

/** Rows of events that the inbox would have a note of, and has none. */
export async function findUnheard(sql: Sql, limit: number): Promise<Row[]> {
  return sql.query<Row & Record<string, unknown>>(
    `select ${COLUMNS} from admin.audit
     where noted_at > now() - make_interval(days => $1)
       and not exists (select from hub.inbox where inbox.consumer = 'admin' and inbox.event = audit.event)
     order by position limit $2`,
    [NOTED_DAYS, limit],
  )
}
