/** How far a chaos run is, and whether it still moves. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '#kit/database.ts'
import type { Operations } from '../../hub/hub.ts'

interface Progress extends Record<string, unknown> {
  /** Payments that are not settled. */
  readonly open: number
  readonly outbox: number
  /** What consumers have done. */
  readonly done: number
}

/** Each payment is three events for the audit log, one for the worker and one for notifications. */
const DELIVERIES = 5
const LOOK_MS = 200
/** Longer than the longest pause before an attempt, and a lease. */
const STALLED_MS = 45_000

/** Until everything is done and nothing waits any more. False where it has stopped moving before. */
export async function awaitRest(db: Database, operations: Operations, payments: number): Promise<boolean> {
  let last = ''
  let moved = performance.now()
  for (;;) {
    const progress = await readProgress(db)
    const waiting = await countWaiting(operations)
    if (progress.open + progress.outbox + waiting === 0 && progress.done >= payments * DELIVERIES) return true
    const now = JSON.stringify([progress, waiting])
    if (now !== last) moved = performance.now()
    if (performance.now() - moved > STALLED_MS) return false
    last = now
    await sleep(LOOK_MS)
  }
}

async function readProgress(db: Database): Promise<Progress> {
  const [progress] = await db.query<Progress>(
    `select (select count(*) from payments.payments where state not in ('completed', 'failed')) as open,
       (select count(*) from hub.outbox) as outbox, (select count(*) from hub.inbox) as done`,
  )
  if (!progress) throw new Error('Counts are always there.')
  return progress
}

/** In queues and on their way to another attempt; dead letters wait for somebody else. */
async function countWaiting(operations: Operations): Promise<number> {
  const rows = await operations.status()
  return rows.reduce((total, { ready, retrying }) => total + ready + retrying, 0)
}
