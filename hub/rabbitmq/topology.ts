/** What there is on the broker, as data: made of the rights and the options, declared by `setup.ts`. */
import type { HubOptions } from '../options.ts'
import { allConsumers, type Rights, typesConsumedBy } from '../rights.ts'

/** Topic exchanges: for events by type, for what is to be tried again by retry queue, for dead letters by consumer. */
export const EVENTS = 'ev'
export const RETRY = 'retry'
export const DEAD = 'dead'
/** The stream of all events. */
export const LOG = 'ev.log'

/** Users belong to the whole broker, which may have an `admin` of its own. */
const USER_PREFIX = 'hub.'

const LOG_MOST_BYTES = 20_000_000_000
/** Old parts of the log go by whole segments. */
const LOG_SEGMENT_BYTES = 100_000_000

export type Arguments = Readonly<Record<string, string | number>>

export interface Queue {
  readonly name: string
  readonly arguments: Arguments
}

export interface Binding {
  readonly exchange: string
  readonly queue: string
  readonly key: string
}

export interface Topology {
  readonly exchanges: readonly string[]
  readonly queues: readonly Queue[]
  readonly bindings: readonly Binding[]
}

export function userOf(service: string): string {
  return `${USER_PREFIX}${service}`
}

/** The service whose user it is; a user of somebody else's is nobody here, by its own name. */
export function serviceOfUser(user: string): string {
  return user.startsWith(USER_PREFIX) ? user.slice(USER_PREFIX.length) : `user ${user}`
}

export function isOfHub(user: string): boolean {
  return user.startsWith(USER_PREFIX)
}

export function queueOf(consumer: string): string {
  return `${consumer}.in`
}

export function deadQueueOf(consumer: string): string {
  return `${consumer}.dlq`
}

/** Named by its pause: other pauses mean other queues, and what still waits in an old one comes back in its time. */
export function retryQueueOf(consumer: string, seconds: number): string {
  return `${consumer}.retry.${seconds}s`
}

export function retryQueuesOf(consumer: string, { retrySeconds }: Pick<HubOptions, 'retrySeconds'>): string[] {
  return [...new Set(retrySeconds)].map((seconds) => retryQueueOf(consumer, seconds))
}

/** A regular expression of their names, whatever their pauses. */
export function patternOfRetryQueues(consumer: string): string {
  return `^${consumer}\\.retry\\.[0-9.]+s$`
}

/** `major`: RabbitMQ's version. */
export function topologyOf(rights: Rights, options: HubOptions, major: number): Topology {
  const consumers = allConsumers(rights)
  return {
    exchanges: [EVENTS, RETRY, DEAD],
    queues: [logQueue(options), ...consumers.flatMap((consumer) => queuesOf(consumer, options, major))],
    bindings: [
      { exchange: EVENTS, queue: LOG, key: '#' },
      ...consumers.flatMap((consumer) => bindingsOf(consumer, rights, options)),
    ],
  }
}

function logQueue({ logDays }: HubOptions): Queue {
  return {
    name: LOG,
    arguments: {
      'x-queue-type': 'stream',
      'x-max-age': `${logDays}D`,
      'x-max-length-bytes': LOG_MOST_BYTES,
      'x-stream-max-segment-size-bytes': LOG_SEGMENT_BYTES,
    },
  }
}

function queuesOf(consumer: string, { retrySeconds, queueLimit, mostLost }: HubOptions, major: number): Queue[] {
  return [
    {
      name: queueOf(consumer),
      arguments: {
        ...handsOnTo(DEAD, consumer),
        'x-max-length': queueLimit,
        // The broker counts what comes after the first time.
        'x-delivery-limit': mostLost - 1,
      },
    },
    ...[...new Set(retrySeconds)].map((seconds) => ({
      name: retryQueueOf(consumer, seconds),
      arguments: { ...handsOnTo('', queueOf(consumer)), 'x-message-ttl': Math.round(seconds * 1_000) },
    })),
    { name: deadQueueOf(consumer), arguments: { 'x-queue-type': 'quorum', ...looksAreNoFailures(major) } },
  ]
}

/** Whoever looks at dead letters gives them back, which RabbitMQ counts since 4.0: after twenty looks it would drop them. */
function looksAreNoFailures(major: number): Arguments {
  return major >= 4 ? { 'x-delivery-limit': -1 } : {}
}

/** A message leaves the queue once it is kept where it goes. That needs `reject-publish`, also where there is no limit. */
function handsOnTo(exchange: string, key: string): Arguments {
  return {
    'x-queue-type': 'quorum',
    'x-dead-letter-exchange': exchange,
    'x-dead-letter-routing-key': key,
    'x-dead-letter-strategy': 'at-least-once',
    'x-overflow': 'reject-publish',
  }
}

function bindingsOf(consumer: string, rights: Rights, options: HubOptions): Binding[] {
  return [
    ...typesConsumedBy(rights, consumer).map((type) => ({ exchange: EVENTS, queue: queueOf(consumer), key: type })),
    ...retryQueuesOf(consumer, options).map((queue) => ({ exchange: RETRY, queue, key: queue })),
    { exchange: DEAD, queue: deadQueueOf(consumer), key: consumer },
  ]
}
