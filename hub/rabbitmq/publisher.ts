/** Publishing that knows what became of it. */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Channel, Connection, Envelope } from 'rabbitmq-client'
import { codeOf, describe } from './connection.ts'

/** A message on its way to the broker. */
export interface Outgoing {
  readonly envelope: Envelope & { readonly messageId: string }
  readonly body: Buffer
}

/** Why a message was not taken. */
export interface Refusal {
  readonly reason: string
  /** Its channel was closed: perhaps because of a neighbour. */
  readonly again: boolean
  /** A queue is full. */
  readonly full: boolean
}

export interface Publisher {
  /** For each, in order: undefined once it is kept and routed. Never rejects, and takes this many milliseconds at most. */
  publish(messages: readonly Outgoing[], limit: number): Promise<(Refusal | undefined)[]>
  /**
   * The same with so many on their way at once: where one is confirmed, the next one follows. Where the channel breaks, it
   * ends, and tells of those that it has begun with.
   */
  publishInTurn(messages: readonly Outgoing[], limit: number, atOnce: number): Promise<(Refusal | undefined)[]>
  close(): Promise<void>
}

/** A channel with confirms. */
interface Lane {
  readonly channel: Channel
  /** Messages that the broker could not route, by id. */
  readonly returned: Map<string, string>
}

/** The broker closes a channel for these; what else was on it fails with `CH_CLOSE`. */
const CLOSES_CHANNEL = ['ACCESS_REFUSED', 'PRECONDITION_FAILED', 'NOT_FOUND', 'CH_CLOSE']

/** `prepare` is done with each new channel, before anything is published on it. */
export function openPublisher(connection: Connection, prepare: (channel: Channel) => Promise<void>): Publisher {
  let current: Promise<Lane> | undefined

  function lane(): Promise<Lane> {
    if (current) return current
    const opening = openLane(connection, prepare)
    const forget = () => {
      if (current === opening) current = undefined
    }
    opening.then(({ channel }) => channel.on('close', forget), forget)
    current = opening
    return opening
  }

  async function close(): Promise<void> {
    const closing = current
    current = undefined
    await closing?.then(({ channel }) => channel.close()).catch(() => {})
  }

  async function publishInTurn(messages: readonly Outgoing[], limit: number, atOnce: number): Promise<Outcome[]> {
    const over = new AbortController()
    // The client forgets what it was asked to publish while a connection broke: nothing waits longer than this.
    const late = sleep(limit, 'late' as const, over).catch(() => 'late' as const)
    const outcomes = await publishAll(lane(), messages, late, limit, atOnce)
    over.abort()
    // What is still under way on it would come to nothing.
    if (outcomes.some((outcome) => outcome?.late)) void close()
    return outcomes
  }

  return {
    publish: (messages, limit) => publishInTurn(messages, limit, messages.length),
    publishInTurn,
    close,
  }
}

type Late = Promise<'late'>
type Outcome = (Refusal & { readonly late?: boolean }) | undefined

async function publishAll(
  opening: Promise<Lane>,
  messages: readonly Outgoing[],
  late: Late,
  limit: number,
  atOnce: number,
): Promise<Outcome[]> {
  const lane = await Promise.race([opening, late]).catch((error: unknown) => ({ ...refusalOf(error), again: false }))
  const lateness = lateBy(limit)
  if (lane === 'late') return messages.map(() => lateness)
  if ('reason' in lane) return messages.map(() => lane)
  const outcomes: Outcome[] = []
  const left = messages.entries()
  let over = false
  async function work(on: Lane): Promise<void> {
    while (!over) {
      const { done, value } = left.next()
      if (done) return
      const [place, message] = value
      outcomes[place] = lateness
      outcomes[place] = await publishOn(on, message).catch(refusalOf)
      over ||= !on.channel.active
    }
  }
  const working = Array.from({ length: Math.min(atOnce, messages.length) }, () => work(lane))
  await Promise.race([Promise.all(working), late])
  over = true
  // The client tells of a returned message after it has resolved.
  await nextTurn()
  return outcomes.map((outcome, place) => outcome ?? takeReturn(lane, messages[place]?.envelope.messageId ?? ''))
}

async function openLane(connection: Connection, prepare: (channel: Channel) => Promise<void>): Promise<Lane> {
  const channel = await connection.acquire({ emitErrorsFromChannel: true })
  const returned = new Map<string, string>()
  channel.on('basic.return', ({ messageId = '', replyText }) => void returned.set(messageId, replyText))
  // Who published hears of it as well.
  channel.on('error', () => {})
  await prepare(channel)
  await channel.confirmSelect()
  return { channel, returned }
}

async function publishOn({ channel }: Lane, { envelope, body }: Outgoing): Promise<undefined> {
  await channel.basicPublish({ ...envelope, mandatory: true, durable: true }, body)
}

function takeReturn({ returned }: Lane, id: string): Outcome {
  const reply = returned.get(id)
  if (reply === undefined) return undefined
  returned.delete(id)
  return { reason: `No queue takes it: ${reply}.`, again: false, full: false }
}

function refusalOf(error: unknown): Refusal {
  const code = codeOf(error)
  if (code === 'NACK') return { reason: 'A queue that it goes to is full.', again: false, full: true }
  const again = CLOSES_CHANNEL.includes(code)
  return { reason: `The broker did not take it: ${describe(error)}.`, again, full: false }
}

function lateBy(limit: number): Outcome {
  return { reason: `The broker has not confirmed it within ${limit} ms.`, again: false, full: false, late: true }
}
