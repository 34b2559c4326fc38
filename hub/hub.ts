/**
 * What a hub is, whichever carries it: the database (`embedded/`) or RabbitMQ (`rabbitmq/`). Both keep the same promises
 * and pass the same suite (`suite.fixture.ts`).
 */
import type { Sealed } from './envelope.ts'

/** A message as a consumer is handed it. */
export interface Delivery {
  readonly body: string
  /** How often it has failed: 0 the first time. */
  readonly attempt: number
  /** How often it had to wait for something that was away. */
  readonly waits: number
  /** The user that the hub has verified as its sender; undefined where it was handed on and the signature alone counts. */
  readonly sender: string | undefined
  /** The replay that it belongs to; empty for an event that just happened. */
  readonly replay: string
}

/** What becomes of a delivery. */
export type Verdict =
  | { readonly kind: 'done' }
  /** Once more, after the pause that belongs to its attempt. */
  | { readonly kind: 'retry'; readonly reason: string }
  /** The same, and it does not count: what it needs is away. */
  | { readonly kind: 'later'; readonly reason: string }
  /** Never again, unless somebody redrives it. */
  | { readonly kind: 'dead'; readonly reason: string }

/** Resolves with what is to become of it, and never rejects. */
export type Receive = (delivery: Delivery) => Promise<Verdict>

export interface Subscription {
  /** Finishes what is in hand, takes nothing more, then resolves. */
  stop(): Promise<void>
}

/** The hub as one service has it. */
export interface Hub {
  /**
   * Sends events in order. Resolves, for each, with undefined once it is kept durably for all its consumers, or with why
   * it was not taken. What is sent again has one effect all the same.
   */
  send(events: readonly Sealed[]): Promise<(string | undefined)[]>
  /** Hands out what this service is to consume, up to `atOnce` at a time, again after a lost connection. */
  consume(atOnce: number, receive: Receive): Promise<Subscription>
  close(): Promise<void>
}

export interface ConsumerStatus {
  readonly consumer: string
  /** Waiting to be handed out; in the embedded hub also what is handed out. */
  readonly ready: number
  /** Failed, and waiting for its next attempt. */
  readonly retrying: number
  readonly dead: number
}

export interface DeadLetter {
  readonly consumer: string
  /** Of the event; where there is none that can be read, what names the letter. */
  readonly id: string
  readonly reason: string
  readonly at: Date
  readonly attempt: number
  readonly body: string
}

export interface Logged {
  readonly at: Date
  readonly body: string
}

/** Narrows what is read of the log. All of it must hold. */
export interface Selection {
  readonly from?: Date | undefined
  /** Up to, and not including. */
  readonly until?: Date | undefined
  readonly type?: string | undefined
  readonly subject?: string | undefined
}

/** The hub as its operators have it. */
export interface Operations {
  /** A row a consumer, by name. */
  status(): Promise<ConsumerStatus[]>
  /** The events that were sent, oldest first, each once, up to the newest of now. */
  readLog(selection: Selection): AsyncIterable<Logged>
  /** Events as they are sent, from now on, until `signal` aborts. */
  tail(signal: AbortSignal): AsyncIterable<Logged>
  /** Dead letters of a consumer, oldest first. They stay where they are. */
  deadLetters(consumer: string): Promise<DeadLetter[]>
  /**
   * Looks at each dead letter of a consumer; `decide` says which go back to it, as if they had just come. Returns how many
   * did. A letter is in one place or in both, never in none, whenever this ends.
   */
  redrive(consumer: string, decide: (letter: DeadLetter) => boolean): Promise<number>
  /** Hands an event to one consumer once more, as part of a replay. Resolves once it is kept durably. */
  replay(consumer: string, body: string, replay: string): Promise<void>
  close(): Promise<void>
}
