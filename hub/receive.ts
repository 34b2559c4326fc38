/** What becomes of a delivery: checks what it says it is, does what its consumer does with it, once. */
import { type AskNeighbour, NeighbourAway } from '#kit/contract.ts'
import { type Database, isDatabaseAway } from '#kit/database.ts'
import { unlessAborted, withDeadline } from '#kit/deadline.ts'
import type { Log } from '#kit/log.ts'
import { inTrace, traceId } from '#kit/trace.ts'
import { type AnyEvent, Away, type Consumer, type Handle } from './consumer.ts'
import { type Envelope, type Open, serviceOf, Unacceptable } from './envelope.ts'
import type { EventType } from './events.ts'
import type { Delivery, Receive, Verdict } from './hub.ts'
import { hasNewer, holdSubject, isDone, type Note, noteDone } from './inbox.ts'
import { definitionOf, mayConsume, mayPublish, type Rights } from './rights.ts'

export interface ReceiveDependencies {
  readonly consumer: Consumer
  readonly rights: Rights
  readonly open: Open
  readonly db: Database
  /** Asks in the name of the trace that the event belongs to. */
  readonly askIn: (trace: string, signal: AbortSignal) => AskNeighbour
  readonly log: Log
  /** Milliseconds that the consumer may take for one event. */
  readonly limit: number
}

/** An event whose envelope and data are what they should be. */
interface Accepted {
  readonly event: AnyEvent
  readonly note: Note
}

/** How a consumer takes what its hub hands out. */
export function receiver(deps: ReceiveDependencies): Receive {
  return async (delivery) => {
    let accepted: Accepted
    try {
      accepted = accept(delivery, deps)
    } catch (error) {
      if (!(error instanceof Unacceptable)) {
        deps.log.error({ err: error, attempt: delivery.attempt }, 'a message could not be looked at')
        return { kind: 'retry', reason: describe(error) }
      }
      deps.log.error({ reason: error.message }, 'a message was no event for us; it is a dead letter')
      return { kind: 'dead', reason: error.message }
    }
    const { event, note } = accepted
    return inTrace(event.trace, async () => {
      const log = deps.log.child({ eventId: event.id, type: event.type, subject: event.subject })
      try {
        const outcome = await withDeadline(deps.limit, (signal) => handle(accepted, { ...deps, log }, signal))
        log.debug({ outcome, replay: note.replay || undefined }, 'event handled')
        return { kind: 'done' } satisfies Verdict
      } catch (err) {
        const kind = isAway(err) ? 'later' : 'retry'
        log.warn({ err, attempt: delivery.attempt, waits: delivery.waits }, 'an event was not handled')
        return { kind, reason: describe(err) } satisfies Verdict
      }
    })
  }
}

/** Throws `Unacceptable` for what will never be acceptable. */
function accept(delivery: Delivery, { consumer, rights, open }: ReceiveDependencies): Accepted {
  const envelope = open(delivery.body)
  const { type, subject } = envelope
  const service = serviceOf(envelope)
  const definition = definitionOf(rights, type)
  if (!definition) throw new Unacceptable(`Nobody here knows events "${type}".`)
  if (!mayPublish(rights, service, type)) throw new Unacceptable(`${service} may not publish ${type}.`)
  if (delivery.sender !== undefined && delivery.sender !== service) {
    throw new Unacceptable(`It says it is from ${service}, and ${delivery.sender} has sent it.`)
  }
  if (!mayConsume(rights, consumer.name, type)) throw new Unacceptable(`${consumer.name} may not consume ${type}.`)
  checkVersion(envelope, definition.version)
  const data = definition.data.safeParse(envelope.data)
  if (!data.success) {
    const [issue] = data.error.issues
    throw new Unacceptable(`Its data is not that of ${type}: ${issue?.path.join('.') || 'data'}: ${issue?.message}.`)
  }
  const sequence = Number(envelope.sequence)
  if (!Number.isSafeInteger(sequence)) throw new Unacceptable(`Its sequence ${envelope.sequence} is none of ours.`)
  const trace = traceId(envelope.traceparent)
  const event = { ...envelope, source: service, time: new Date(envelope.time), sequence, trace, data: data.data }
  const note = {
    consumer: consumer.name,
    source: service,
    event: envelope.id,
    replay: delivery.replay,
    type,
    subject,
    sequence,
    trace,
  }
  return { event: eventOf(event), note }
}

function checkVersion({ type, dataschema }: Envelope, known: number): void {
  const [, named, version] = /^urn:selvedge:(.+):(\d+)$/.exec(dataschema) ?? []
  if (named !== type) throw new Unacceptable(`Its schema ${dataschema} is not that of ${type}.`)
  if (Number(version) > known) {
    throw new Unacceptable(
      `It is version ${version} of ${type}, and this build knows ${known}. Redrive it with a newer one.`,
    )
  }
}

/** The schema that belongs to the type has been passed, which the type checker cannot follow through the table. */
function eventOf(event: Omit<AnyEvent, 'type' | 'data'> & { type: string; data: unknown }): AnyEvent {
  return event as AnyEvent
}

async function handle(
  { event, note }: Accepted,
  deps: ReceiveDependencies,
  signal: AbortSignal,
): Promise<'done' | 'repeated' | 'older'> {
  const { consumer, db, log, askIn } = deps
  const prepare = consumer.prepareFor(event.type)
  if (!prepare) throw new Error(`${consumer.name} has no handler for ${event.type}.`)
  if (await isDone(db, note)) return 'repeated'
  const apply: Handle<EventType> = await prepare(event, { db, ask: askIn(event.trace, signal), log, signal })
  signal.throwIfAborted()
  return db.transaction(async (sql) => {
    if (consumer.latest) await holdSubject(sql, note)
    const older = consumer.latest && (await hasNewer(sql, note))
    if (!(await noteDone(sql, note))) return 'repeated'
    if (older) return 'older'
    // Given up, it is undone at once: the next attempt would wait for what this one holds.
    await unlessAborted(signal, () => apply(sql, event, { log, signal }))
    return 'done'
  })
}

/** What it needs is not there: that is not its fault, and not counted as one. */
function isAway(error: unknown): boolean {
  return error instanceof Away || error instanceof NeighbourAway || isDatabaseAway(error)
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
