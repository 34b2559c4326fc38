/** Others that publish meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '#kit/database.ts'
import { fillOutbox } from './sample.ts'

const STEP_MS = 10

/** So many transactions a second, of one event each, whether the last ones are through or not. */
export function insertSteadily(db: Database, perSecond: number): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const began = performance.now()
  const open = new Set<Promise<void>>()
  async function run(): Promise<void> {
    for (let made = 0; !stopping.signal.aborted; ) {
      const due = Math.floor(((performance.now() - began) / 1_000) * perSecond)
      for (; made < due; made++) {
        const insert = fillOutbox(db, 1).finally(() => open.delete(insert))
        open.add(insert)
      }
      await sleep(STEP_MS, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
      await Promise.all(open)
    },
  }
}
