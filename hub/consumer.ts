/** `consumer()`: what an MFE does when something has happened. Exported from its `fragment.tsx`. */
import type { AskNeighbour } from '#kit/contract.ts'
import type { Database, Sql } from '#kit/database.ts'
import type { Log } from '#kit/log.ts'
import type { ConsumedBy, DataOf, EventType } from './events.ts'

/** An event as its consumer has it. */
export interface Event<T extends EventType> {
  readonly id: string
  readonly type: T
  readonly source: string
  readonly subject: string
  readonly time: Date
  /** Rises with each event of the subject. */
  readonly sequence: number
  readonly trace: string
  readonly data: DataOf<T>
}

/** One of several kinds of events: `type` tells which. */
export type AnyEvent<T extends EventType = EventType> = { [K in T]: Event<K> }[T]

export interface HandleContext {
  readonly log: Log
  /** Aborted when it has taken too long: what it does then is undone, and it is tried again. */
  readonly signal: AbortSignal
}

/**
 * What a handler needs is away: a provider, a neighbour. Thrown by a handler it means: once more, as often as it takes,
 * after longer and longer pauses. Any other error counts, and after a number of them the event is a dead letter.
 */
export class Away extends Error {
  override name = 'Away'
}

/** Does what the event asks for in one transaction with the note that it was done. Throwing means: once more, later. */
export type Handle<T extends EventType> = (sql: Sql, event: AnyEvent<T>, ctx: HandleContext) => Promise<void>

/** Work outside of the database, first and without a transaction: it may happen twice, so it must bear that. */
export type Prepare<T extends EventType> = (
  event: AnyEvent<T>,
  ctx: HandleContext & { readonly db: Database; readonly ask: AskNeighbour },
) => Promise<Handle<T>>

export interface Consumer {
  readonly kind: 'consumer'
  readonly name: string
  readonly atOnce: number
  /** An older event of a subject is passed by where a newer one was handled, of whatever kind. */
  readonly latest: boolean
  /** What there is to do with this kind of event; undefined for what this consumer has no handler for. */
  prepareFor(type: string): Prepare<EventType> | undefined
}

interface ConsumerOptions {
  /** Events handled side by side; 5 by default. */
  readonly atOnce?: number
  /** Every event counts by default. `latest`: an older one than the subject's newest, of whatever kind, is passed by. */
  readonly order?: 'every' | 'latest'
}

type Handlers<S extends string> = { readonly [T in ConsumedBy<S>]: Handle<T> | { readonly first: Prepare<T> } }

/**
 * `export const events = consumer('profile', { 'user.closed': (sql, { data }) => erase(sql, data.userId) })`. One for each
 * MFE, with a handler for each kind of event that it may consume; `{ first }` for work outside of the database.
 */
export function consumer<S extends string>(name: S, handlers: Handlers<S>, options: ConsumerOptions = {}): Consumer {
  const known = new Map<string, Handler>(Object.entries(handlers))
  return define(name, (type) => known.get(type), options)
}

/** One handler for whatever kind of event the MFE may consume: `consumerOfAll('admin', (sql, event) => note(sql, event))`. */
export function consumerOfAll(name: string, handle: Handle<EventType>, options: ConsumerOptions = {}): Consumer {
  return define(name, () => handle, options)
}

function define(name: string, handlerOf: (type: string) => Handler | undefined, options: ConsumerOptions): Consumer {
  return {
    kind: 'consumer',
    name,
    atOnce: options.atOnce ?? 5,
    latest: options.order === 'latest',
    prepareFor(type) {
      const handler = handlerOf(type)
      return handler && prepareOf(handler)
    },
  }
}

/** As it is kept: who calls it has checked that the event is of its kind. */
type Handler = Handle<EventType> | { readonly first: Prepare<EventType> }

function prepareOf(handler: Handler): Prepare<EventType> {
  return typeof handler === 'function' ? async () => handler : handler.first
}
