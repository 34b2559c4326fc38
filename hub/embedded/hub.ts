/** The hub in the database: what is sent is kept, queued and logged in one transaction. */
import type { Database } from '#kit/database.ts'
import type { Log } from '#kit/log.ts'
import { MOST_BYTES, type Sealed } from '../envelope.ts'
import type { Hub, Subscription } from '../hub.ts'
import type { HubOptions } from '../options.ts'
import { allConsumers, consumersOf, mayPublish, type Rights } from '../rights.ts'
import { noteQueue } from '../wake.ts'
import { consumeQueue } from './consume.ts'
import { addToLog, addToQueues, countWaiting, holdQueues, type Message } from './store.ts'

export interface EmbeddedOptions {
  /** The service whose hub this is: what it may is enforced for it. */
  readonly service: string
  readonly db: Database
  readonly rights: Rights
  readonly options: HubOptions
  readonly log: Log
}

/** A service of this database. It closes with its subscriptions; the database is its owner's to close. */
export function openEmbeddedHub(deps: EmbeddedOptions): Hub {
  const { service, db, rights, options } = deps
  const subscriptions = new Set<Subscription>()
  return {
    async send(events) {
      const refusals = await sendEvents(db, service, rights, options, events)
      for (const consumer of new Set(events.flatMap(({ type }) => consumersOf(rights, type)))) noteQueue(consumer)
      return refusals
    },
    async consume(atOnce, receive) {
      if (!allConsumers(rights).includes(service)) throw new Error(`${service} may not consume anything.`)
      const subscription = consumeQueue(deps, atOnce, receive)
      subscriptions.add(subscription)
      return subscription
    },
    async close() {
      await Promise.all([...subscriptions].map((subscription) => subscription.stop()))
    },
  }
}

async function sendEvents(
  db: Database,
  service: string,
  rights: Rights,
  { queueLimit }: HubOptions,
  events: readonly Sealed[],
): Promise<(string | undefined)[]> {
  return db.transaction(async (sql) => {
    const consumers = [...new Set(events.flatMap(({ type }) => consumersOf(rights, type)))].sort()
    // In turn with others that send to the same queues, so that what is counted stays true.
    await holdQueues(sql, consumers)
    const waiting = await countWaiting(sql, consumers, queueLimit)
    const refusals = events.map((event) => refuse(event, service, rights, waiting, queueLimit))
    const taken = events.filter((_, index) => refusals[index] === undefined)
    const fresh = new Set(await addToLog(sql, service, taken))
    const messages = taken
      .filter(({ id }) => fresh.has(id))
      .flatMap(({ id, type, body }) =>
        consumersOf(rights, type).map((consumer): Message => ({ consumer, event: id, sender: service, body })),
      )
    await addToQueues(sql, messages)
    return refusals
  })
}

/** Why an event is not taken; counts it in otherwise. A full queue refuses the event for all its consumers. */
function refuse(
  { type, body }: Sealed,
  service: string,
  rights: Rights,
  waiting: Map<string, number>,
  limit: number,
): string | undefined {
  if (!mayPublish(rights, service, type)) return `${service} may not publish ${type}.`
  if (Buffer.byteLength(body) > MOST_BYTES) return `It is larger than ${MOST_BYTES} bytes.`
  const consumers = consumersOf(rights, type)
  const full = consumers.find((consumer) => (waiting.get(consumer) ?? 0) >= limit)
  if (full) return `The queue of ${full} is full.`
  for (const consumer of consumers) waiting.set(consumer, (waiting.get(consumer) ?? 0) + 1)
  return undefined
}
