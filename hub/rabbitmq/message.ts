/** Messages as they are on the broker: what their properties and headers say, and who is believed. */
import type { AsyncMessage, HeaderFields, SyncMessage } from 'rabbitmq-client'
import { z } from 'zod'
import { readEnvelope, type Sealed } from '../envelope.ts'
import type { DeadLetter, Delivery } from '../hub.ts'
import { OPERATOR } from '../rights.ts'
import type { Outgoing } from './publisher.ts'
import { DEAD, EVENTS, LOG, queueOf, RETRY, retryQueueOf, serviceOfUser, userOf } from './topology.ts'

const CONTENT_TYPE = 'application/cloudevents+json'
/** All headers together must fit into a frame. */
const MOST_REASON = 1_000
/** A message without a user: nobody's. */
const NOBODY = 'nobody'

/** A header that is not what it should be counts as none. */
const Headers = z.object({
  traceparent: z.string().max(100).optional().catch(undefined),
  'x-sent-at': z.int().optional().catch(undefined),
  'x-attempt': z.int().nonnegative().catch(0),
  'x-waits': z.int().nonnegative().catch(0),
  'x-replay': z.string().max(100).catch(''),
  'x-first-sender': z.string().max(100).optional().catch(undefined),
  'x-reason': z.string().optional().catch(undefined),
  'x-died-at': z.int().optional().catch(undefined),
  /** The broker's own, the newest first; seconds. */
  'x-death': z
    .array(z.object({ reason: z.string(), time: z.int() }))
    .optional()
    .catch(undefined),
})

const Names = z.object({ id: z.string(), type: z.string(), subject: z.string() })

export type Names = z.infer<typeof Names>

type Received = AsyncMessage | SyncMessage

/** An event for all that consume its type. */
export function eventMessage(service: string, { id, type, traceparent, body }: Sealed): Outgoing {
  return {
    envelope: {
      exchange: EVENTS,
      routingKey: type,
      messageId: id,
      type,
      userId: userOf(service),
      contentType: CONTENT_TYPE,
      headers: { 'x-sent-at': Date.now(), traceparent },
    },
    body: Buffer.from(body),
  }
}

export function deliveryOf(message: Received, consumer: string): Delivery {
  const body = bodyOf(message)
  if (!wasHandedOn(message, consumer)) {
    return { body, attempt: 0, waits: 0, sender: senderOf(message), replay: '' }
  }
  const headers = headersOf(message)
  const { 'x-attempt': attempt, 'x-waits': waits, 'x-replay': replay } = headers
  return { body, attempt, waits, sender: undefined, replay }
}

/** What failed, on its way to its next attempt. */
export function retryMessage(
  message: Received,
  consumer: string,
  seconds: number,
  { attempt, waits }: Pick<Delivery, 'attempt' | 'waits'>,
): Outgoing {
  const headers = { 'x-attempt': attempt, 'x-waits': waits }
  return handOn(message, consumer, RETRY, retryQueueOf(consumer, seconds), headers)
}

export function deadMessage(message: Received, consumer: string, reason: string): Outgoing {
  const { attempt } = deliveryOf(message, consumer)
  const headers = { 'x-attempt': attempt, 'x-reason': reason.slice(0, MOST_REASON), 'x-died-at': Date.now() }
  return handOn(message, consumer, DEAD, consumer, headers)
}

/** A dead letter, as if it had just come. */
export function redriveMessage(message: Received, consumer: string): Outgoing {
  return toQueue(handOn(message, consumer, '', queueOf(consumer), { 'x-attempt': 0, 'x-waits': 0 }))
}

export function replayMessage(consumer: string, body: string, replay: string): Outgoing {
  const { id, type, traceparent } = readEnvelope(body)
  return toQueue({
    envelope: {
      messageId: id,
      type,
      routingKey: queueOf(consumer),
      contentType: CONTENT_TYPE,
      headers: { 'x-replay': replay, traceparent },
    },
    body: Buffer.from(body),
  })
}

/** A mark in the log. It is no event, since it does not come by their exchange. */
export function markerMessage(id: string): Outgoing {
  return toQueue({ envelope: { messageId: id, routingKey: LOG, type: 'mark' }, body: Buffer.alloc(0) })
}

export function letterOf(message: Received, consumer: string, mostLost: number): DeadLetter {
  const body = bodyOf(message)
  const { 'x-death': deaths, ...headers } = headersOf(message)
  const [death] = deaths ?? []
  const seconds = death?.time ?? message.timestamp ?? 0
  const own = wasHandedOn(message, consumer) ? headers : undefined
  return {
    consumer,
    id: namesIn(body)?.id ?? message.messageId ?? `letter of ${seconds}`,
    reason: own?.['x-reason'] ?? sayDeath(death?.reason, mostLost),
    at: new Date(own?.['x-died-at'] ?? seconds * 1_000),
    attempt: deliveryOf(message, consumer).attempt,
    body,
  }
}

/** When its publisher handed it to the broker. */
export function sentAt(message: Received): Date {
  return new Date(headersOf(message)['x-sent-at'] ?? (message.timestamp ?? 0) * 1_000)
}

export function bodyOf({ body }: { body?: unknown }): string {
  if (Buffer.isBuffer(body)) return body.toString()
  // The client reads what claims to be text or JSON, which none of ours does.
  return typeof body === 'string' ? body : JSON.stringify(body)
}

/** What an envelope says it is, without a look at the rest; undefined where there is none. */
export function namesIn(body: string): Names | undefined {
  try {
    return Names.safeParse(JSON.parse(body)).data
  } catch {
    return undefined
  }
}

/**
 * Whether the consumer itself or an operator has put it where it was found. The broker has verified that, so its attempt
 * and its replay are believed. By a `CC` header anybody could get a message of his own there.
 */
function wasHandedOn({ exchange, userId }: Pick<Received, 'exchange' | 'userId'>, consumer: string): boolean {
  return exchange !== EVENTS && (userId === userOf(consumer) || userId === userOf(OPERATOR))
}

function senderOf({ userId }: Pick<Received, 'userId'>): string {
  return userId ? serviceOfUser(userId) : NOBODY
}

function handOn(message: Received, consumer: string, exchange: string, routingKey: string, headers: object): Outgoing {
  const { sender, replay } = deliveryOf(message, consumer)
  const { traceparent, 'x-sent-at': sent, 'x-first-sender': known } = headersOf(message)
  const first = sender ?? known
  return {
    envelope: {
      exchange,
      routingKey,
      messageId: message.messageId ?? '',
      type: message.type ?? '',
      userId: userOf(consumer),
      contentType: CONTENT_TYPE,
      headers: { traceparent, 'x-sent-at': sent, 'x-first-sender': first, 'x-replay': replay, ...headers },
    },
    body: Buffer.from(bodyOf(message)),
  }
}

function toQueue({ envelope, body }: Outgoing): Outgoing {
  return { envelope: { ...envelope, exchange: '', userId: userOf(OPERATOR) }, body }
}

function headersOf({ headers }: HeaderFields) {
  return Headers.parse(headers ?? {})
}

function sayDeath(reason: string | undefined, mostLost: number): string {
  if (reason === 'delivery_limit') {
    return `It was handed out ${mostLost} times and never came back: whoever takes it dies.`
  }
  return `The broker has put it here: ${reason ?? 'it does not say why'}.`
}
