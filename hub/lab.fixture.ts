/** A hub for tests with all that is around it: a database, services that publish and consume, and effects to count. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database, Sql } from '#kit/database.ts'
import { type Log, openLog } from '#kit/log.ts'
import { noNeighbour } from '#kit/mfe.fixture.ts'
import type { AnyEvent, Consumer, HandleContext } from './consumer.ts'
import { opener, type Sealed, sealer } from './envelope.ts'
import type { EventType } from './events.ts'
import type { Hub, Operations, Subscription } from './hub.ts'
import type { HubKeys } from './keys.ts'
import type { HubOptions } from './options.ts'
import { type Publication, publisher } from './publish.ts'
import { receiver } from './receive.ts'
import { relayOutbox } from './relay.ts'
import { RIGHTS } from './rights.ts'

/** What a driver gives its tests. */
export interface Ground {
  readonly db: Database
  readonly keys: HubKeys
  readonly options: HubOptions
  open(service: string): Promise<Hub>
  operations(): Promise<Operations>
  /** Breaks every connection that there is, as a restart does. */
  cut(): Promise<void>
  /** Empties queues, dead letters and, where that can be, the log. */
  clear(): Promise<void>
  close(): Promise<void>
}

export interface Effect {
  readonly consumer: string
  readonly event: string
  readonly type: string
  readonly subject: string
  readonly sequence: number
}

export type Work = (sql: Sql, event: AnyEvent, ctx: HandleContext) => Promise<void>

export interface Lab extends Ground {
  readonly log: Log
  /** Lines of the log, from `warn` on. */
  readonly lines: Record<string, unknown>[]
  /** In a transaction of its own. */
  publishPayments(events: readonly Publication<PaymentType>[]): Promise<void>
  /** Sends what is in the outbox of a service, until `stopAll`. */
  relay(service: string): Promise<void>
  /** Consumes as this service until `stopAll`; each event leaves an effect, then `work` is done. */
  consume(service: string, work?: Work, options?: { atOnce?: number; latest?: boolean }): Promise<Subscription>
  effects(consumer?: string): Promise<Effect[]>
  /** Until it is so; an error with what is there after a while. */
  until(isSo: () => Promise<boolean>, what?: string): Promise<void>
  /** Until a consumer has this many effects, and then a moment longer, for one too many. */
  untilEffects(consumer: string, count: number): Promise<Effect[]>
  /** An event as its service would sign it. */
  sign(service: string, event: Partial<Parameters<ReturnType<typeof sealer>>[0]>): Sealed
  stopAll(): Promise<void>
}

export type PaymentType = Extract<EventType, `payment.${string}`>

const PATIENCE_MS = 20_000
const USER = 'a11ce000-0000-4000-8000-000000000001'

export const PAYMENT = { userId: USER, amount: 1250, currency: 'EUR', payee: 'Nordlys Energi', reason: null } as const

export function completed(subject: string, amount = 1250): Publication<'payment.completed'> {
  return { type: 'payment.completed', subject, data: { ...PAYMENT, amount } }
}

export async function openLab(ground: Ground): Promise<Lab> {
  const { db, keys, options } = ground
  const lines: Record<string, unknown>[] = []
  const log = openLog('warn', undefined, { write: (line) => void lines.push(JSON.parse(line)) })
  const stops: (() => Promise<unknown>)[] = []
  const publish = publisher('payments')
  await db.query(`create table if not exists effects (
    consumer text not null, event uuid not null, type text not null, subject text not null, sequence bigint not null,
    place bigint generated always as identity)`)

  const hubs = new Map<string, Promise<Hub>>()
  function hubOf(service: string): Promise<Hub> {
    const known = hubs.get(service)
    if (known) return known
    const hub = ground.open(service)
    hubs.set(service, hub)
    return hub
  }

  const effects = (consumer?: string) =>
    db.query<Effect>(
      'select consumer, event, type, subject, sequence from effects where consumer = coalesce($1, consumer) order by place',
      [consumer ?? null],
    )

  async function until(isSo: () => Promise<boolean>, what = 'It'): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS
    while (!(await isSo())) {
      if (Date.now() > deadline) throw new Error(`${what} did not come true.`)
      await sleep(20)
    }
  }

  const lab: Lab = {
    ...ground,
    log,
    lines,
    effects,
    until,
    publishPayments: (events) => db.transaction((sql) => publish(sql, events)),
    async relay(service) {
      const hub = await hubOf(service)
      const controller = new AbortController()
      const seal = sealer(keys.private[service] ?? '')
      const running = relayOutbox({ db, hub, service, seal, log, signal: controller.signal })
      stops.push(() => {
        controller.abort()
        return running
      })
    },
    async consume(service, work = async () => {}, { atOnce = 5, latest = false } = {}) {
      const consumer: Consumer = {
        kind: 'consumer',
        name: service,
        atOnce,
        latest,
        prepareFor: () => async () => async (sql, event, ctx) => {
          await sql.query(
            'insert into effects (consumer, event, type, subject, sequence) values ($1, $2, $3, $4, $5)',
            [service, event.id, event.type, event.subject, event.sequence],
          )
          await work(sql, event, ctx)
        },
      }
      const hub = await ground.open(service)
      const receive = receiver({
        consumer,
        rights: RIGHTS,
        open: opener(keys),
        db,
        askIn: () => noNeighbour,
        log: log.child({ consumer: service }),
        limit: options.handleSeconds * 1_000,
      })
      const subscription = await hub.consume(atOnce, receive)
      let stopped: Promise<void> | undefined
      const stop = () => {
        stopped ??= subscription.stop().then(() => hub.close())
        return stopped
      }
      stops.push(stop)
      return { stop }
    },
    async untilEffects(consumer, count) {
      await until(async () => (await effects(consumer)).length >= count, `${count} effects of ${consumer}`)
      await sleep(100)
      return effects(consumer)
    },
    sign(service, event) {
      return sealer(keys.private[service] ?? '')({
        id: crypto.randomUUID(),
        source: `/${service}`,
        type: 'payment.completed',
        dataschema: `urn:selvedge:${event.type ?? 'payment.completed'}:1`,
        subject: 'p1',
        time: new Date().toISOString(),
        sequence: '1'.padStart(20, '0'),
        traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
        data: PAYMENT,
        ...event,
      })
    },
    async stopAll() {
      await Promise.all(stops.splice(0).map((stop) => stop()))
    },
    async clear() {
      await db.query('truncate effects, hub.outbox, hub.inbox')
      await ground.clear()
      lines.length = 0
    },
    async close() {
      await lab.stopAll()
      for (const hub of hubs.values()) await (await hub).close()
      await ground.close()
    },
  }
  return lab
}
