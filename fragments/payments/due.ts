/** Moves payments on once they can no longer be cancelled; who sends them hears of it by an event. */
import { setTimeout as sleep } from 'node:timers/promises'
import { job } from '#kit'
import type { Database } from '#kit/database.ts'
import type { JobDependencies } from '#kit/job.ts'
import { noteChanges } from './payments.ts'
import { takeDue } from './store.ts'

const AT_ONCE = 200
const LOOK_MS = 500

export const sendDue = job('payments-due', async ({ db, log, signal }: JobDependencies) => {
  while (!signal.aborted) {
    const moved = await moveDue(db).catch((err: unknown) => {
      log.warn({ err }, 'due payments could not be moved on; it will be tried again')
      return 0
    })
    if (moved < AT_ONCE) await sleep(LOOK_MS, undefined, { signal }).catch(() => {})
  }
})

/** One round; any number may run side by side. Returns how many payments it moved. */
export async function moveDue(db: Database): Promise<number> {
  return db.transaction(async (sql) => {
    const moved = await takeDue(sql, AT_ONCE)
    await noteChanges(sql, moved)
    return moved.length
  })
}
