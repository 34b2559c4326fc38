/** Hands out what waits for one consumer. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type AsyncMessage, type Connection, ConsumerStatus } from 'rabbitmq-client'
import type { Log } from '#kit/log.ts'
import { pauseAfter, pauseAfterWait, sayExhausted } from '../backoff.ts'
import type { Delivery, Receive, Subscription, Verdict } from '../hub.ts'
import type { HubOptions } from '../options.ts'
import { describe } from './connection.ts'
import { deadMessage, deliveryOf, retryMessage } from './message.ts'
import type { Outgoing, Publisher } from './publisher.ts'
import { queueOf } from './topology.ts'

/** The pauses of the retry queues are fixed: a message waits a little before, so that what failed together parts. */
const JITTER = 0.2
const MOST_JITTER_MS = 500
const CONFIRM_MS = 5_000
/** Before a message goes back to its queue because it could not be handed on. */
const FAILURE_PAUSE_MS = 1_000

export interface ConsumeDependencies {
  readonly service: string
  readonly connection: Connection
  /** On a connection of its own: a broker that is short of room blocks those who publish, and acks must get through. */
  readonly publisher: Publisher
  readonly options: HubOptions
  readonly log: Log
}

export function consumeQueue(deps: ConsumeDependencies, atOnce: number, receive: Receive): Subscription {
  const { service, connection, publisher, options, log } = deps
  const stopping = new AbortController()
  const working = new Set<Promise<unknown>>()

  const consumer = connection.createConsumer(
    {
      queue: queueOf(service),
      queueOptions: { passive: true },
      qos: { prefetchCount: atOnce },
      concurrency: atOnce,
      requeue: false,
    },
    (message) => {
      const work = deliver(message)
      working.add(work)
      return work.finally(() => working.delete(work))
    },
  )
  // Also where an answer came too late for its connection: the broker hands the message out again.
  consumer.on('error', (err: unknown) => log.warn({ err }, 'consuming was interrupted; it goes on by itself'))

  async function deliver(message: AsyncMessage): Promise<ConsumerStatus> {
    const delivery = deliveryOf(message, service)
    const verdict = await receive(delivery)
    if (verdict.kind === 'done') return ConsumerStatus.ACK
    return handOn(await next(message, delivery, verdict))
  }

  async function next(
    message: AsyncMessage,
    { attempt, waits }: Delivery,
    verdict: Exclude<Verdict, { kind: 'done' }>,
  ): Promise<Outgoing> {
    if (verdict.kind === 'dead') return deadMessage(message, service, verdict.reason)
    if (verdict.kind === 'later') {
      const pause = pauseAfterWait(waits, options.retrySeconds)
      await awaitJitter(pause)
      return retryMessage(message, service, pause, { attempt, waits: waits + 1 })
    }
    const pause = pauseAfter(attempt, options.retrySeconds)
    if (pause === undefined) return deadMessage(message, service, sayExhausted(attempt, verdict.reason))
    await awaitJitter(pause)
    return retryMessage(message, service, pause, { attempt: attempt + 1, waits })
  }

  function awaitJitter(pause: number): Promise<void> {
    return wait(Math.random() * Math.min(MOST_JITTER_MS, pause * 1_000 * JITTER))
  }

  /** Acks what is kept elsewhere. Else it goes back to its queue, where it counts as lost once. */
  async function handOn(message: Outgoing): Promise<ConsumerStatus> {
    const [refusal] = await publisher.publish([message], CONFIRM_MS)
    if (!refusal) return ConsumerStatus.ACK
    log.warn(
      { reason: refusal.reason, event: message.envelope.messageId },
      'a message could not be handed on; it goes back',
    )
    await wait(FAILURE_PAUSE_MS)
    return ConsumerStatus.REQUEUE
  }

  async function wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: stopping.signal }).catch(() => {})
  }

  async function stop(): Promise<void> {
    stopping.abort()
    // It fails where its connection breaks just now: then nothing more comes either.
    await consumer
      .close()
      .catch((error: unknown) => log.debug({ reason: describe(error) }, 'consuming ended with its connection'))
    await Promise.allSettled(working)
  }

  let stopped: Promise<void> | undefined
  return {
    stop() {
      stopped ??= stop()
      return stopped
    },
  }
}
