/** A process that waits for the next change, so that a change need not wait for one. */
import { type ServiceProcess, spawnServices } from './process.ts'
import type { Report } from './report.ts'

export interface Spare {
  take(): ServiceProcess
  /** Has another one ready soon: the page that loads now goes first. */
  renew(): void
  stop(): Promise<void>
}

const LATER_MS = 300

export function createSpare(hear: (report: Report) => void): Spare {
  let waiting: ServiceProcess | undefined = spawnServices(hear)
  let timer: NodeJS.Timeout | undefined
  return {
    take() {
      const taken = waiting ?? spawnServices(hear)
      waiting = undefined
      return taken
    },
    renew() {
      clearTimeout(timer)
      timer = setTimeout(() => {
        waiting ??= spawnServices(hear)
      }, LATER_MS)
    },
    async stop() {
      clearTimeout(timer)
      await waiting?.stop(500)
    },
  }
}
