/** What a consumer has done, noted in the transaction of the effect. */
import type { Sql } from '#kit/database.ts'

export interface Note {
  readonly consumer: string
  /** The service that published it: an id is its own, and means nothing under another's name. */
  readonly source: string
  readonly event: string
  readonly replay: string
  readonly type: string
  readonly subject: string
  readonly sequence: number
  readonly trace: string
}

/** Longer than the log is kept: what can still come again is still known. */
const KEPT_DAYS = 40

/** False where it was noted before. Another that is just at it is waited for. */
export async function noteDone(sql: Sql, note: Note): Promise<boolean> {
  const { consumer, source, event, replay, type, subject, sequence, trace } = note
  const rows = await sql.query(
    `insert into hub.inbox (consumer, source, event, replay, type, subject, sequence, trace)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning event`,
    [consumer, source, event, replay, type, subject, sequence, trace],
  )
  return rows.length > 0
}

export async function isDone(sql: Sql, { consumer, source, event, replay }: Note): Promise<boolean> {
  const rows = await sql.query(
    'select from hub.inbox where consumer = $1 and source = $2 and event = $3 and replay = $4',
    [consumer, source, event, replay],
  )
  return rows.length > 0
}

/** Until the transaction ends: of two events of a subject, the other waits, and sees what this one has done. */
export async function holdSubject(sql: Sql, { consumer, subject }: Note): Promise<void> {
  await sql.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`hub.latest ${consumer} ${subject}`])
}

/** Whether the consumer has done something newer of the same subject. */
export async function hasNewer(sql: Sql, { consumer, subject, sequence }: Note): Promise<boolean> {
  const rows = await sql.query('select from hub.inbox where consumer = $1 and subject = $2 and sequence > $3 limit 1', [
    consumer,
    subject,
    sequence,
  ])
  return rows.length > 0
}

/** Up to `most` of them; returns how many. */
export async function deleteOldNotes(sql: Sql, most: number): Promise<number> {
  const rows = await sql.query(
    `delete from hub.inbox where ctid = any(array(
       select ctid from hub.inbox where at < now() - make_interval(days => $1) limit $2)) returning event`,
    [KEPT_DAYS, most],
  )
  return rows.length
}
