/** Keeps a part running: one that ends by itself is started again, after longer and longer pauses. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '#kit/log.ts'

export interface Part {
  readonly ended: Promise<Error | undefined>
  stop(): Promise<void>
}

const SHORTEST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 10_000
/** Who has run for this long has started well. */
const WELL_MS = 30_000

/** Resolves when it runs for the first time; rejects where it does not. Returns what ends it for good. */
export async function supervise(name: string, start: () => Promise<Part>, log: Log): Promise<() => Promise<void>> {
  const controller = new AbortController()
  const { signal } = controller
  let part: Part | undefined = await start()
  const running = keep()

  async function keep(): Promise<void> {
    let failures = 0
    while (!signal.aborted) {
      const began = performance.now()
      const reason = await part?.ended
      if (signal.aborted) return
      part = undefined
      failures = performance.now() - began > WELL_MS ? 1 : failures + 1
      log.error({ part: name, err: reason, failures }, 'a part ended by itself; it is started again')
      const pause = Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** (failures - 1))
      await sleep(pause, undefined, { signal }).catch(() => {})
      if (signal.aborted) return
      part = await start().catch((err: unknown) => {
        log.error({ part: name, err }, 'a part could not be started again')
        return undefined
      })
    }
  }

  return async () => {
    controller.abort()
    await part?.stop()
    await running
    // It may have been starting just then.
    await part?.stop()
  }
}
