/** The outbox as the relay has it: read in order, deleted once sent. */
import type { Sql } from '#kit/database.ts'
import type { Unsigned } from './envelope.ts'

/** An event that is not sent yet. */
export interface Row extends Record<string, unknown> {
  readonly sequence: number
  readonly id: string
  readonly type: string
  readonly version: number
  readonly subject: string
  readonly time: Date
  readonly traceparent: string
  readonly data: string
}

export interface Refused {
  readonly sequence: number
  readonly refusal: string
}

/** Of several relays one at a time: two that take turns row by row would send a subject's events out of order. */
export async function holdTurn(sql: Sql, service: string): Promise<boolean> {
  const [row] = await sql.query<{ held: boolean }>(
    'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as held',
    [`hub.relay ${service}`],
  )
  return row?.held ?? false
}

export interface Page {
  readonly rows: readonly Row[]
  /** Nothing came after these when they were read. */
  readonly isLast: boolean
}

interface Wanted {
  /** Rows that come after this sequence. A smaller one may still be committed: the next look finds it. */
  readonly after: number
  /** Kinds to leave out. */
  readonly except: readonly string[]
  readonly limit: number
  /** Not many more bytes than this. */
  readonly size: number
}

export async function readRows(sql: Sql, service: string, { after, except, limit, size }: Wanted): Promise<Page> {
  const rows = await sql.query<Row & { readonly found: number }>(
    `select sequence, id, type, version, subject, time, traceparent, data, found from (
       select *, count(*) over () as found,
         sum(length(data)) over (order by sequence rows between unbounded preceding and 1 preceding) as before
       from (
         select sequence, id, type, version, subject, time, traceparent, data::text as data from hub.outbox
         where source = $1 and sequence > $2 and type <> all($5) order by sequence limit $3) as first) as counted
     where before is null or before < $4 order by sequence`,
    [service, after, limit, size, except],
  )
  const found = rows[0]?.found ?? 0
  return { rows, isLast: found < limit && rows.length === found }
}

/** The oldest row of each of these kinds. */
export async function readOldest(sql: Sql, service: string, types: readonly string[]): Promise<Row[]> {
  return sql.query<Row>(
    `select sequence, id, type, version, subject, time, traceparent, data::text as data
     from unnest($2::text[]) as kind cross join lateral (
       select * from hub.outbox where source = $1 and type = kind order by sequence limit 1) as oldest
     order by sequence`,
    [service, types],
  )
}

/** By name and not by range: a row in between may have been committed since. */
export async function deleteRows(sql: Sql, sequences: readonly number[]): Promise<void> {
  if (sequences.length > 0) await sql.query('delete from hub.outbox where sequence = any($1)', [sequences])
}

export async function noteRefusals(sql: Sql, refused: readonly Refused[]): Promise<void> {
  if (refused.length === 0) return
  await sql.query(
    `update hub.outbox set refusal = given.refusal
     from json_to_recordset($1) as given (sequence bigint, refusal text) where outbox.sequence = given.sequence`,
    [JSON.stringify(refused)],
  )
}

/** As it will be signed. */
export function eventOf(service: string, row: Row): Unsigned {
  const { id, type, version, subject, time, traceparent, sequence, data } = row
  return {
    id,
    source: `/${service}`,
    type,
    dataschema: `urn:selvedge:${type}:${version}`,
    subject,
    time: time.toISOString(),
    sequence: String(sequence).padStart(20, '0'),
    traceparent,
    data: JSON.parse(data),
  }
}
