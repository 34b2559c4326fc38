/** Hands events to a consumer as its hub would, and reads what was published: without a hub. */
import { randomUUID } from 'node:crypto'
import type { Database } from '#kit/database.ts'
import { type Log, openLog } from '#kit/log.ts'
import { noNeighbour } from '#kit/mfe.fixture.ts'
import type { Consumer } from './consumer.ts'
import { opener, sealer } from './envelope.ts'
import { type DataOf, EVENTS, type EventType } from './events.ts'
import type { Verdict } from './hub.ts'
import { createHubKeys } from './keys.ts'
import { receiver } from './receive.ts'
import { allServices, RIGHTS } from './rights.ts'

interface Occasion {
  readonly time?: Date
  /** The same id is the same event. */
  readonly id?: string
  readonly sequence?: number
  readonly replay?: string
}

export type Deliver = <T extends EventType>(
  type: T,
  subject: string,
  data: DataOf<T>,
  occasion?: Occasion,
) => Promise<Verdict>

/**
 * `const deliver = deliverTo(events, db)`, then `await deliver('user.closed', id, { … })` is what became of it. `limit` is how
 * long the consumer may take, in milliseconds.
 */
export function deliverTo(consumer: Consumer, db: Database, log: Log = openLog('silent'), limit = 10_000): Deliver {
  const keys = createHubKeys(allServices(RIGHTS))
  const receive = receiver({
    consumer,
    rights: RIGHTS,
    open: opener(keys),
    db,
    askIn: () => noNeighbour,
    log,
    limit,
  })
  let last = 0
  return (type, subject, data, { time = new Date(), id = randomUUID(), sequence, replay = '' } = {}) => {
    const { version, publishers } = EVENTS[type]
    const [source] = publishers
    last = sequence ?? last + 1
    const { body } = sealer(keys.private[source ?? ''] ?? '')({
      id,
      source: `/${source}`,
      type,
      dataschema: `urn:selvedge:${type}:${version}`,
      subject,
      time: time.toISOString(),
      sequence: String(last).padStart(20, '0'),
      traceparent: `00-${randomUUID().replaceAll('-', '')}-${'b'.repeat(16)}-01`,
      data,
    })
    return receive({ body, attempt: 0, waits: 0, sender: undefined, replay })
  }
}

export interface Published {
  readonly type: string
  readonly subject: string
  readonly time: Date
  readonly traceparent: string
  readonly data: Readonly<Record<string, unknown>>
}

/** What is in the outbox, in order. */
export function readOutbox(db: Database): Promise<Published[]> {
  return db.query<Published & Record<string, unknown>>(
    'select type, subject, time, traceparent, data from hub.outbox order by sequence',
  )
}

/** What was published since this was last asked, in order, without when and for which request. */
export async function takePublished(db: Database): Promise<Pick<Published, 'type' | 'subject' | 'data'>[]> {
  return db.query(
    `with taken as (delete from hub.outbox returning sequence, type, subject, data)
     select type, subject, data from taken order by sequence`,
  )
}
