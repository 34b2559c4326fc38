/** Dead letters of a consumer, as operators have them. */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { AsyncMessage, Channel, Connection } from 'rabbitmq-client'
import type { DeadLetter } from '../hub.ts'
import { explainMissing } from './connection.ts'
import { letterOf, redriveMessage } from './message.ts'
import type { Publisher } from './publisher.ts'
import { deadQueueOf } from './topology.ts'

/** Of more acks than this at once, a quorum queue has not heard the last when their channel closes. */
const AT_ONCE = 25
const MOST_PREFETCH = 65_535
const CONFIRM_MS = 5_000
const RETURN_MS = 3_000
const LOOK_MS = 10
const QUIET_LOOKS = 100

interface Taken {
  readonly message: AsyncMessage
  readonly letter: DeadLetter
}

export async function listLetters(connection: Connection, consumer: string, mostLost: number): Promise<DeadLetter[]> {
  return withLetters(connection, consumer, mostLost, async (taken) => taken.map(({ letter }) => letter))
}

/** A letter goes once its queue has it: killed in between, it is in both. */
export async function redriveLetters(
  connection: Connection,
  publisher: Publisher,
  consumer: string,
  mostLost: number,
  decide: (letter: DeadLetter) => boolean,
): Promise<number> {
  return withLetters(connection, consumer, mostLost, async (taken, remove) => {
    let count = 0
    for (let first = 0; first < taken.length; first += AT_ONCE) {
      const chosen = taken.slice(first, first + AT_ONCE).filter(({ letter }) => decide(letter))
      const messages = chosen.map(({ message }) => redriveMessage(message, consumer))
      const refusals = await publisher.publish(messages, CONFIRM_MS)
      const gone = chosen.filter((_, place) => !refusals[place])
      for (const one of gone) remove(one)
      count += gone.length
      const refusal = refusals.find((one) => one !== undefined)
      if (refusal) throw new Error(`${count} letters of ${consumer} were redriven; the others stay. ${refusal.reason}`)
    }
    return count
  })
}

/**
 * Takes all letters that are there now, oldest first; those that are not removed go back. All of them, since one that
 * goes back comes before those that were not taken. Until then others that look see none.
 */
async function withLetters<T>(
  connection: Connection,
  consumer: string,
  mostLost: number,
  work: (taken: readonly Taken[], remove: (one: Taken) => void) => Promise<T>,
): Promise<T> {
  const queue = deadQueueOf(consumer)
  const channel = await connection.acquire()
  const held = new Set<Taken>()
  try {
    const taken = (await takeAll(channel, queue))
      .map((message) => ({ message, letter: letterOf(message, consumer, mostLost) }))
      .sort((one, other) => one.letter.at.getTime() - other.letter.at.getTime())
    for (const one of taken) held.add(one)
    return await work(taken, (one) => {
      channel.basicAck({ deliveryTag: one.message.deliveryTag })
      held.delete(one)
    })
  } finally {
    if (channel.active) await giveBack(channel, queue, held)
    await channel.close()
  }
}

/** As a consumer: to ask for each by itself takes the broker a write to the disk. */
async function takeAll(channel: Channel, queue: string): Promise<AsyncMessage[]> {
  const count = Math.min(await countOf(channel, queue), MOST_PREFETCH)
  const taken: AsyncMessage[] = []
  if (count === 0) return taken
  await channel.basicQos({ prefetchCount: count })
  const { consumerTag } = await channel.basicConsume({ queue }, (message) => void taken.push(message))
  // Fewer, where somebody else takes some just now.
  for (let quiet = 0, known = 0; taken.length < count && quiet < QUIET_LOOKS; quiet++) {
    await sleep(LOOK_MS)
    if (taken.length > known) quiet = 0
    known = taken.length
  }
  await channel.basicCancel({ consumerTag })
  await nextTurn()
  return taken
}

/** The broker takes a moment: whoever looked just then would find none. */
async function giveBack(channel: Channel, queue: string, held: ReadonlySet<Taken>): Promise<void> {
  // One by one: many at once go back in no order.
  for (const { message } of held) channel.basicNack({ deliveryTag: message.deliveryTag, requeue: true })
  const deadline = performance.now() + RETURN_MS + held.size
  while ((await countOf(channel, queue)) < held.size && performance.now() < deadline) await sleep(LOOK_MS)
}

async function countOf(channel: Channel, queue: string): Promise<number> {
  return (await channel.queueDeclare({ queue, passive: true }).catch(explainMissing)).messageCount
}
