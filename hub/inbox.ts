/** What a consumer has done, noted in the transaction of the effect. */
import type { Sql } from '#kit/database.ts'

export interface Note {
  readonly consumer: string
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
  const { consumer, event, replay, type, subject, sequence, trace } = note
  const rows = await sql.query(
    `insert into hub.inbox (consumer, event, replay, type, subject, sequence, trace) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict do nothing returning event`,
    [consumer, event, replay, type, subject, sequence, trace],
  )
  return rows.length > 0
}

export async function isDone(sql: Sql, { consumer, event, replay }: Note): Promise<boolean> {
  const rows = await sql.query('select from hub.inbox where consumer = $1 and event = $2 and replay = $3', [
    consumer,
    event,
    replay,
  ])
  return rows.length > 0
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

export async function deleteOldNotes(sql: Sql): Promise<void> {
  await sql.query('delete from hub.inbox where at < now() - make_interval(days => $1)', [KEPT_DAYS])
}
