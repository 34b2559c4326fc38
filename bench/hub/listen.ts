/** A consumer that does nothing but hear, and says when each event was done: with its note committed. */
import type { Database } from '#kit/database.ts'
import type { Log } from '#kit/log.ts'
import { consumerOfAll } from '../../hub/consumer.ts'
import { opener, readEnvelope } from '../../hub/envelope.ts'
import type { Hub } from '../../hub/hub.ts'
import type { HubKeys } from '../../hub/keys.ts'
import { receiver } from '../../hub/receive.ts'
import { RIGHTS } from '../../hub/rights.ts'

export const LISTENER = 'admin'
const AT_ONCE = 5
const LIMIT_MS = 10_000

export interface Listening {
  readonly hub: Hub
  readonly db: Database
  readonly keys: HubKeys
  readonly log: Log
  /** By the event's subject, in milliseconds of `now()`. */
  readonly heard: (subject: string, at: number) => void
}

export async function listen({ hub, db, keys, log, heard }: Listening): Promise<void> {
  const receive = receiver({
    consumer: consumerOfAll(LISTENER, async () => {}),
    rights: RIGHTS,
    open: opener(keys),
    db,
    askIn: () => () => Promise.reject(new Error('Nobody is asked here.')),
    log,
    limit: LIMIT_MS,
  })
  await hub.consume(AT_ONCE, async (delivery) => {
    const verdict = await receive(delivery)
    const at = now()
    heard(readEnvelope(delivery.body).subject, at)
    return verdict
  })
}

/** The same clock in every process of this machine. */
export function now(): number {
  return performance.timeOrigin + performance.now()
}
