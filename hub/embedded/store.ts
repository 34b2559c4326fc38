/** The tables of the embedded hub. SQL of it only lives here. */
import type { Sql } from '#kit/database.ts'
import type { Sealed } from '../envelope.ts'
import type { ConsumerStatus, DeadLetter, Logged, Selection } from '../hub.ts'

export interface Message {
  readonly consumer: string
  readonly event: string
  readonly sender: string
  readonly replay?: string
  readonly body: string
}

/** A message that is handed out. */
export interface Held {
  readonly position: number
  readonly sender: string
  readonly replay: string
  readonly attempt: number
  readonly waits: number
  readonly lost: number
  readonly body: string
}

/** Held until the transaction ends. In order, so that two that send to the same queues wait for each other in turn. */
export async function holdQueues(sql: Sql, consumers: readonly string[]): Promise<void> {
  for (const consumer of consumers) {
    await sql.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`hub.queue ${consumer}`])
  }
}

/** How many messages wait for each, counted no further than the limit. */
export async function countWaiting(
  sql: Sql,
  consumers: readonly string[],
  limit: number,
): Promise<Map<string, number>> {
  const rows = await sql.query<{ consumer: string; count: number }>(
    `select consumer, (select count(*) from (select from hub.queue q where q.consumer = c.consumer limit $2) as waiting) as count
     from unnest($1::text[]) as c (consumer)`,
    [consumers, limit],
  )
  return new Map(rows.map(({ consumer, count }) => [consumer, count]))
}

/** Logs what is not in the log yet, and returns the ids of these. Whatever they say, they are of this service. */
export async function addToLog(sql: Sql, source: string, events: readonly Sealed[]): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `insert into hub.log (source, id, type, subject, body)
     select $1, id, type, subject, body from json_to_recordset($2) as given (id uuid, type text, subject text, body text)
     on conflict do nothing returning id`,
    [source, JSON.stringify(events)],
  )
  return rows.map(({ id }) => id)
}

export async function addToQueues(sql: Sql, messages: readonly Message[]): Promise<void> {
  if (messages.length === 0) return
  await sql.query(
    `insert into hub.queue (consumer, event, sender, replay, body)
     select consumer, event, sender, coalesce(replay, ''), body
     from json_to_recordset($1) as given (consumer text, event text, sender text, replay text, body text)`,
    [JSON.stringify(messages)],
  )
}

/**
 * Takes up to `limit` messages that are due, for `seconds`. One that was held and has come due again has not been given
 * back: it is counted as lost.
 */
export async function takeDue(sql: Sql, consumer: string, limit: number, seconds: number): Promise<Held[]> {
  const rows = await sql.query<Held>(
    `with due as materialized (
       select position from hub.queue where consumer = $1 and due_at <= clock_timestamp()
       order by due_at, position limit $2 for update skip locked
     )
     update hub.queue q
     set lost = lost + held::int, held = true, due_at = clock_timestamp() + make_interval(secs => $3)
     from due where q.consumer = $1 and q.position = due.position
     returning q.position, sender, replay, attempt, waits, lost, body`,
    [consumer, limit, seconds],
  )
  return rows.sort((a, b) => a.position - b.position)
}

/** Milliseconds until something is due; undefined where nothing waits. */
export async function untilDue(sql: Sql, consumer: string): Promise<number | undefined> {
  const [row] = await sql.query<{ ms: number }>(
    `select extract(epoch from due_at - clock_timestamp())::float8 * 1000 as ms from hub.queue
     where consumer = $1 order by due_at limit 1`,
    [consumer],
  )
  return row?.ms
}

export async function remove(sql: Sql, consumer: string, positions: readonly number[]): Promise<void> {
  await sql.query('delete from hub.queue where consumer = $1 and position = any($2)', [consumer, positions])
}

/** `counts`: it was its own failure. */
export async function postpone(
  sql: Sql,
  consumer: string,
  position: number,
  seconds: number,
  counts: boolean,
): Promise<void> {
  await sql.query(
    `update hub.queue set attempt = attempt + $4::int, waits = waits + 1 - $4::int, held = false, due_at = clock_timestamp() + make_interval(secs => $3)
     where consumer = $1 and position = $2`,
    [consumer, position, seconds, counts ? 1 : 0],
  )
}

/** Gives back what was taken and not begun. */
export async function giveBack(sql: Sql, consumer: string, positions: readonly number[]): Promise<void> {
  await sql.query(
    'update hub.queue set held = false, due_at = clock_timestamp() where consumer = $1 and position = any($2)',
    [consumer, positions],
  )
}

export async function bury(sql: Sql, consumer: string, position: number, reason: string): Promise<void> {
  await sql.query(
    `with gone as (delete from hub.queue where consumer = $1 and position = $2 returning *)
     insert into hub.dead (consumer, event, sender, replay, attempt, reason, body)
     select consumer, event, sender, replay, attempt, $3, body from gone`,
    [consumer, position, reason],
  )
}

/** A dead letter with the place that it is found at. */
export type PlacedLetter = DeadLetter & { readonly position: number }

export async function listDead(
  sql: Sql,
  consumer: string,
  after: number,
  upTo: number,
  limit: number,
): Promise<PlacedLetter[]> {
  return sql.query<PlacedLetter>(
    `select consumer, position, event as id, reason, at, attempt, body from hub.dead
     where consumer = $1 and position > $2 and position <= $3 order by position limit $4`,
    [consumer, after, upTo, limit],
  )
}

export async function newestOfDead(sql: Sql, consumer: string): Promise<number> {
  const query = 'select max(position) as position from hub.dead where consumer = $1'
  const [row] = await sql.query<{ position: number | null }>(query, [consumer])
  return row?.position ?? 0
}

/** Puts dead letters back into their queue, as if they had just come. Returns how many were still there. */
export async function redrive(sql: Sql, consumer: string, positions: readonly number[]): Promise<number> {
  const rows = await sql.query(
    `with gone as (delete from hub.dead where consumer = $1 and position = any($2) returning *)
     insert into hub.queue (consumer, event, sender, replay, body)
     select consumer, event, sender, replay, body from gone order by position returning position`,
    [consumer, positions],
  )
  return rows.length
}

/** What the log holds after a place, up to another, oldest first. */
export async function listLog(
  sql: Sql,
  { from, until, type, subject }: Selection,
  after: number,
  upTo: number,
  limit: number,
): Promise<(Logged & { position: number })[]> {
  return sql.query(
    `select position, at, body from hub.log
     where position > $1 and position <= $2 and at >= coalesce($3, '-infinity'::timestamptz)
       and at < coalesce($4, 'infinity'::timestamptz) and type = coalesce($5, type) and subject = coalesce($6, subject)
     order by position limit $7`,
    [after, upTo, from ?? null, until ?? null, type ?? null, subject ?? null, limit],
  )
}

export async function newestOfLog(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ position: number | null }>('select max(position) as position from hub.log')
  return row?.position ?? 0
}

export async function readStatus(sql: Sql, consumers: readonly string[]): Promise<ConsumerStatus[]> {
  return sql.query<ConsumerStatus>(
    `select consumer,
       (select count(*) from hub.queue q where q.consumer = c.consumer and (attempt + waits = 0 or held or due_at <= now())) as ready,
       (select count(*) from hub.queue q
         where q.consumer = c.consumer and attempt + waits > 0 and not held and due_at > now()) as retrying,
       (select count(*) from hub.dead d where d.consumer = c.consumer) as dead
     from unnest($1::text[]) as c (consumer) order by consumer`,
    [consumers],
  )
}

/** Up to `most` entries; returns how many. */
export async function deleteOldLog(sql: Sql, days: number, most: number): Promise<number> {
  const rows = await sql.query(
    `delete from hub.log where position = any(array(
       select position from hub.log where at < now() - make_interval(days => $1) limit $2)) returning position`,
    [days, most],
  )
  return rows.length
}
