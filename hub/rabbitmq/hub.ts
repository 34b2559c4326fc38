/** The hub on RabbitMQ. */
import type { Log } from '#kit/log.ts'
import { MOST_BYTES, type Sealed } from '../envelope.ts'
import type { Hub, Subscription } from '../hub.ts'
import type { HubOptions } from '../options.ts'
import { allConsumers, consumersOf, mayPublish, type Rights, typesPublishedBy } from '../rights.ts'
import { awaitConnection, checkTopology, closeConnection, connect } from './connection.ts'
import { consumeQueue } from './consume.ts'
import { eventMessage } from './message.ts'
import { type Outgoing, openPublisher, type Publisher, type Refusal } from './publisher.ts'
import { DEAD, deadQueueOf, EVENTS, LOG, queueOf, RETRY, retryQueuesOf, userOf } from './topology.ts'

export interface RabbitOptions {
  /** The service whose hub this is, which is its user too. */
  readonly service: string
  /** Without the user: `amqp://127.0.0.1:5672/selvedge`. */
  readonly url: string
  readonly password: string
  readonly rights: Rights
  readonly options: HubOptions
  readonly log: Log
}

/** On their way at once. A queue is found full when they are there: no more than fits into one are on their way. */
const MOST_AT_ONCE = 100
/** For all of what is sent in one go: less than a relay waits. */
const SEND_MS = 7_000
/** For a batch. */
const CONFIRM_MS = 5_000

/**
 * A service of a broker that was set up (`setup.ts`). A broker that is not there yet is waited for in the background: until
 * it is, nothing is taken and nothing is handed out. Rejects where it does not accept us.
 */
export async function openRabbitHub(deps: RabbitOptions): Promise<Hub> {
  const { service, url, password, rights, options, log } = deps
  const address = { url, user: userOf(service), password }
  const outward = connect(address, `${service} publishes`, log)
  const connections = [outward]
  const close = () => Promise.all(connections.map(closeConnection))
  await awaitConnection(outward, address).catch(async (error: unknown) => {
    await close()
    throw error
  })

  // Where one of them is there, the broker does not tell of another that is missing: it confirms. A broker that has just
  // started is without its log for some tenths of a second, when its other queues are back.
  const queues = new Set(typesPublishedBy(rights, service).flatMap((type) => consumersOf(rights, type)))
  const events = openPublisher(outward, (channel) =>
    checkTopology(channel, [EVENTS], [LOG, ...[...queues].map(queueOf)]),
  )
  const own = [...retryQueuesOf(service, options), deadQueueOf(service)]
  const handedOn = openPublisher(outward, (channel) => checkTopology(channel, [RETRY, DEAD], own))
  const subscriptions = new Set<Subscription>()
  return {
    send: (sealed) => sendEvents(deps, events, sealed),
    async consume(atOnce, receive) {
      if (!allConsumers(rights).includes(service)) throw new Error(`${service} may not consume anything.`)
      const connection = connect(address, `${service} consumes`, log)
      connections.push(connection)
      const subscription = consumeQueue({ ...deps, connection, publisher: handedOn }, atOnce, receive)
      subscriptions.add(subscription)
      return subscription
    },
    async close() {
      await Promise.all([...subscriptions].map((subscription) => subscription.stop()))
      await Promise.all([events.close(), handedOn.close()])
      await close()
    },
  }
}

async function sendEvents(
  { service, rights, options }: RabbitOptions,
  publisher: Publisher,
  events: readonly Sealed[],
): Promise<(string | undefined)[]> {
  const deadline = performance.now() + SEND_MS
  const refusals = events.map((event) => refuse(event, service, rights))
  const taken = [...events.entries()].filter(([index]) => refusals[index] === undefined)
  const messages = taken.map(([, event]) => eventMessage(service, event))
  const atOnce = Math.min(MOST_AT_ONCE, options.queueLimit)
  for (let first = 0; first < messages.length; ) {
    const outcomes = await publishBatch(publisher, messages.slice(first), atOnce, deadline)
    for (const [place, outcome] of outcomes.entries()) {
      const [index] = taken[first + place] ?? []
      if (index !== undefined) refusals[index] = outcome?.reason
    }
    first += outcomes.length
  }
  return refusals
}

/** What the broker would refuse as well: it closes the channel for it, and neighbours would have to go again. */
function refuse({ type, body }: Sealed, service: string, rights: Rights): string | undefined {
  if (!mayPublish(rights, service, type)) return `${service} may not publish ${type}.`
  if (Buffer.byteLength(body) > MOST_BYTES) return `It is larger than ${MOST_BYTES} bytes.`
  return undefined
}

/** One that the broker refuses takes all others on its channel down: then each goes once more, alone. */
async function publishBatch(publisher: Publisher, messages: readonly Outgoing[], atOnce: number, deadline: number) {
  const outcomes = await publishInTime(publisher, messages, atOnce, deadline)
  for (const [place, outcome] of outcomes.entries()) {
    if (outcome?.again)
      [outcomes[place]] = await publishInTime(publisher, messages.slice(place, place + 1), 1, deadline)
  }
  return outcomes
}

async function publishInTime(
  publisher: Publisher,
  messages: readonly Outgoing[],
  atOnce: number,
  deadline: number,
): Promise<(Refusal | undefined)[]> {
  const left = Math.min(CONFIRM_MS, Math.ceil(deadline - performance.now()))
  if (left > 0) return publisher.publishInTurn(messages, left, atOnce)
  return messages.map(() => ({ reason: 'The broker was too slow for it.', again: false, full: false }))
}
