/** Moves submitted payments on. Any number of these may run; a payment is worked on by one of them at a time. */
import { setTimeout as sleep } from 'node:timers/promises'
import { job } from '#kit'
import type { Database } from '#kit/database.ts'
import type { Log } from '#kit/log.ts'
import { noteChanges, type Payment } from './payments.ts'
import { type Psp, type Receipt, StubPsp } from './psp.ts'
import { claimDue, settle } from './store.ts'

const AT_ONCE = 20
const POLL_MS = 500
/** A payment whose worker has not come back by then is taken up again, by whoever asks first. */
const LEASE_SECONDS = 30
/** Shorter than the lease, so that a hanging provider does not have two of us wait for the same payment. */
const CHARGE_MS = 20_000

export const worker = job('payments-worker', (deps) => processPayments(deps, new StubPsp()))

interface Deps {
  readonly db: Database
  readonly log: Log
  readonly signal: AbortSignal
}

/** Runs until `signal` aborts, then finishes what it has claimed. */
export async function processPayments({ db, log, signal }: Deps, psp: Psp, lease = LEASE_SECONDS): Promise<void> {
  const working = new Set<Promise<void>>()
  while (!signal.aborted) {
    for (const payment of await claim(db, log, AT_ONCE - working.size, lease)) {
      const work = send(db, log, psp, payment).finally(() => working.delete(work))
      working.add(work)
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => {})
  }
  await Promise.all(working)
}

/** Takes what is due and marks it as processing. The database may be away for a while: then there is nothing to do. */
async function claim(db: Database, log: Log, limit: number, lease: number): Promise<Payment[]> {
  if (limit <= 0) return []
  try {
    return await db.transaction(async (sql) => {
      const claimed = await claimDue(sql, limit, lease)
      await noteChanges(
        sql,
        claimed.filter(({ before }) => before === 'submitted'),
      )
      return claimed
    })
  } catch (err) {
    log.warn({ err }, 'no payments could be claimed')
    return []
  }
}

/** Whatever goes wrong here, the lease runs out and the payment is taken up again with the same reference. */
async function send(db: Database, log: Log, psp: Psp, { id, amount, currency, payee }: Payment): Promise<void> {
  try {
    const receipt = await psp.charge({ reference: id, amount, currency, payee }, AbortSignal.timeout(CHARGE_MS))
    await finish(db, id, receipt)
    log.info(
      { event: 'payment', payment: id, outcome: receipt.outcome, reference: receipt.reference },
      'payment settled',
    )
  } catch (err) {
    log.warn({ err, payment: id }, 'a payment will be tried again')
  }
}

async function finish(db: Database, id: string, { outcome, reason }: Receipt): Promise<void> {
  await db.transaction(async (sql) => {
    // Undefined where another worker, given the same receipt, was first.
    const settled = await settle(sql, id, { from: 'processing', to: outcome, reason })
    if (settled) await noteChanges(sql, [settled])
  })
}
