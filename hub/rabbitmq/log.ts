/** The log: the stream of all events, as operators read it. */
import { randomUUID } from 'node:crypto'
import type { Connection } from 'rabbitmq-client'
import type { Logged, Selection } from '../hub.ts'
import { bodyOf, markerMessage, type Names, namesIn, sentAt } from './message.ts'
import type { Publisher } from './publisher.ts'
import { readStream, type StreamMessage } from './stream.ts'
import { EVENTS } from './topology.ts'

/** A relay sends again what it sent last, which is near: this many ids are known, some megabytes of them. */
const IDS_KEPT = 100_000
/** Clocks of publishers and broker may differ by this. */
const SLACK_MS = 60_000
const CONFIRM_MS = 5_000
/** The stream has sent nothing for so long, and its end was not reached. */
const SILENCE_MS = 5_000

/** What the log holds, up to the newest of now. */
export async function* readLog(
  connection: Connection,
  publisher: Publisher,
  selection: Selection,
): AsyncGenerator<Logged> {
  // The broker tells how long a stream is five seconds late. So we put a mark into it, and read up to there.
  const mark = await putMark(publisher)
  const isNew = newIds()
  for await (const message of readStream(connection, offsetAt(selection.from), { silence: SILENCE_MS })) {
    if (isMark(message, mark)) return
    const at = sentAt(message)
    if (!isEvent(message)) continue
    const body = bodyOf(message)
    const names = namesIn(body)
    if (isNew(idOf(message, names)) && isSelected(at, names, selection)) yield { at, body }
  }
}

/** What is sent from now on. */
export async function* tailLog(
  connection: Connection,
  publisher: Publisher,
  signal: AbortSignal,
): AsyncGenerator<Logged> {
  const start = new Date()
  const mark = await putMark(publisher)
  const isNew = newIds()
  let began = false
  for await (const message of readStream(connection, offsetAt(start), { signal })) {
    const at = sentAt(message)
    // The mark may have gone by while a connection was made anew.
    began ||= isMark(message, mark) || at > start
    if (!began || !isEvent(message)) continue
    const body = bodyOf(message)
    if (isNew(idOf(message, namesIn(body)))) yield { at, body }
  }
}

async function putMark(publisher: Publisher): Promise<string> {
  const mark = randomUUID()
  const [refusal] = await publisher.publish([markerMessage(mark)], CONFIRM_MS)
  if (refusal) throw new Error(`The log could not be read. ${refusal.reason}`)
  return mark
}

/** Others than events come from the operator alone: marks. */
function isEvent({ exchange }: StreamMessage): boolean {
  return exchange === EVENTS
}

/** An age, since the client cannot say a date. The broker finds the chunk, we the message in it. */
function offsetAt(from: Date | undefined): string {
  if (!from) return 'first'
  const age = Math.max(0, Date.now() - from.getTime()) + SLACK_MS
  return `${Math.ceil(age / 1_000)}s`
}

function isMark(message: StreamMessage, mark: string): boolean {
  return message.messageId === mark && !isEvent(message)
}

function isSelected(at: Date, names: Names | undefined, { from, until, type, subject }: Selection): boolean {
  if (from && at < from) return false
  if (until && at >= until) return false
  return (type ?? names?.type) === names?.type && (subject ?? names?.subject) === names?.subject
}

/** Of the event itself, and of its sender: or a service could hide one event behind another. */
function idOf({ offset, userId }: StreamMessage, names: Names | undefined): string {
  return names ? `${userId} ${names.id}` : `offset ${offset}`
}

/** Whether an id was not asked for before. */
function newIds(): (id: string) => boolean {
  const known = new Set<string>()
  return (id) => {
    if (known.has(id)) return false
    known.add(id)
    const [oldest] = known
    if (known.size > IDS_KEPT && oldest !== undefined) known.delete(oldest)
    return true
  }
}
