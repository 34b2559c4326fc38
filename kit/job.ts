/** `job()`: work of an MFE that no request waits for, such as moving submitted payments on. */
import type { Database } from './database.ts'
import type { Log } from './log.ts'

export interface Job {
  readonly kind: 'job'
  readonly name: string
  /** Runs until `signal` aborts, then finishes what it holds and resolves. */
  run(deps: { db: Database; log: Log; signal: AbortSignal }): Promise<void>
}

export function job(name: string, run: Job['run']): Job {
  return { kind: 'job', name, run }
}
