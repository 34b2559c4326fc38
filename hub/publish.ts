/** Publishing: a row in the transaction of what it tells of. The relay sends it; neither is there without the other. */
import { randomUUIDv7 } from 'node:crypto'
import { z } from 'zod'
import type { Sql } from '#kit/database.ts'
import { currentTrace, traceparentOf } from '#kit/trace.ts'
import { MOST_BYTES, MOST_SUBJECT } from './envelope.ts'
import { type DataOf, EVENTS, type EventType, type PublishedBy } from './events.ts'
import { noteOutbox } from './wake.ts'

/** What is told: one event. */
export type Publication<T extends EventType> = {
  [K in T]: {
    readonly type: K
    readonly subject: string
    readonly data: DataOf<K>
    /** When it happened; now where it is left out. */
    readonly time?: Date | undefined
    /** The trace that it belongs to; the one that we work for where it is left out. */
    readonly trace?: string | undefined
  }
}[T]

/** What was to be published is not what its schema says: a mistake of the publisher. Nothing was written. */
export class EventRefused extends Error {
  override name = 'EventRefused'
}

/**
 * How a service publishes: `const publish = publisher('payments')`. Call it in the transaction of the change, while it
 * holds a lock on the subject: the order of these locks is the order of the subject's events.
 */
export function publisher<S extends string>(service: S) {
  return async function publish<T extends PublishedBy<S>>(sql: Sql, events: readonly Publication<T>[]): Promise<void> {
    if (events.length === 0) return
    const own = traceparentOf(currentTrace())
    const rows = events.map((event) => ({
      ...rowOf(event),
      id: randomUUIDv7(),
      traceparent: event.trace === undefined ? own : traceparentOf(event.trace),
    }))
    await sql.query(
      `insert into hub.outbox (id, source, type, version, subject, time, traceparent, data)
       select (row ->> 'id')::uuid, $1, row ->> 'type', (row ->> 'version')::int, row ->> 'subject',
         coalesce((row ->> 'time')::timestamptz, clock_timestamp()), row ->> 'traceparent', row -> 'data'
       from json_array_elements($2::json) with ordinality as given (row, place) order by place`,
      [service, JSON.stringify(rows)],
    )
    noteOutbox()
  }
}

function rowOf<T extends EventType>({ type, subject, data, time }: Publication<T>) {
  const { version, data: schema } = EVENTS[type]
  if (subject.length === 0 || subject.length > MOST_SUBJECT) {
    throw new EventRefused(
      `${type} was not published: its subject has ${subject.length} characters, not 1 to ${MOST_SUBJECT}.`,
    )
  }
  const result = z.safeEncode<z.ZodType>(schema, data)
  if (!result.success) {
    const [issue] = result.error.issues
    throw new EventRefused(`${type} was not published: ${issue?.path.join('.') || 'data'}: ${issue?.message}.`)
  }
  // Room for the envelope around it.
  if (Buffer.byteLength(JSON.stringify(result.data)) > MOST_BYTES - 2_048) {
    throw new EventRefused(`${type} was not published: its data is larger than an event may be. Put less into it.`)
  }
  return { type, version, subject, time, data: result.data }
}
