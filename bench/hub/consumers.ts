/** Those who hear of payments: the worker that sends them, notifications and the audit log. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '#kit/database.ts'
import { events as audit } from '../../fragments/admin/audit-events.ts'
import { events as notify } from '../../fragments/notifications/events.ts'
import { sendDue } from '../../fragments/payments/due.ts'
import { StubPsp } from '../../fragments/payments/psp.ts'
import { paymentsWorker } from '../../fragments/payments/worker.ts'
import type { Consumer } from '../../hub/consumer.ts'
import { opener } from '../../hub/envelope.ts'
import { receiver } from '../../hub/receive.ts'
import { RIGHTS } from '../../hub/rights.ts'
import type { Order } from './order.ts'
import type { Parts, Played } from './parts.ts'

const HURRY_MS = 100
/** Stretches the provider's delays to nearly nothing. */
const PACE = 0.01

const askNobody = () => () => Promise.reject(new Error('Nobody is asked here.'))

export async function playConsumers(parts: Parts, order: Order): Promise<Played> {
  const all = await Promise.all([notify, audit].map((consumer) => consume(parts, order, consumer)))
  return {
    async end() {
      await Promise.all(all.map(({ end }) => end()))
    },
  }
}

export async function playWorker(parts: Parts, order: Order, signal: AbortSignal): Promise<Played> {
  const db = parts.open(2)
  const consuming = await consume(parts, order, paymentsWorker(new StubPsp(PACE)))
  const sending = sendDue.run({ db, ask: askNobody(), log: parts.log, signal })
  const hurrying = hurry(db, signal)
  return {
    async end() {
      await Promise.all([sending, hurrying, consuming.end()])
    },
  }
}

/** Nobody cancels here: payments need not wait. */
async function hurry(db: Database, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await db.query('update payments.payments set due_at = now() where due_at > now()').catch(() => {})
    await sleep(HURRY_MS, undefined, { signal }).catch(() => {})
  }
}

async function consume(parts: Parts, { keys, options }: Order, consumer: Consumer): Promise<Played> {
  const db = parts.open(consumer.atOnce)
  const hub = await parts.join(consumer.name, parts.open(4))
  const limit = options.handleSeconds * 1_000
  const log = parts.log.child({ service: consumer.name })
  const receive = receiver({
    consumer: counted(consumer),
    rights: RIGHTS,
    open: opener(keys),
    db,
    askIn: askNobody,
    log,
    limit,
  })
  await hub.consume(consumer.atOnce, receive)
  return { end: () => hub.close() }
}

/**
 * Writes each effect down, with the effect itself, where no key keeps a second one out: the tables of the MFEs would hide
 * what was done twice.
 */
function counted(consumer: Consumer): Consumer {
  return {
    ...consumer,
    prepareFor(type) {
      const prepare = consumer.prepareFor(type)
      if (!prepare) return undefined
      return async (event, ctx) => {
        const handle = await prepare(event, ctx)
        return async (sql, same, inner) => {
          await sql.query('insert into effects (consumer, event) values ($1, $2)', [consumer.name, event.id])
          await handle(sql, same, inner)
        }
      }
    },
  }
}
