/** `job()`: work of an MFE that no request waits for, such as moving submitted payments on. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { AskNeighbour } from './contract.ts'
import type { Database } from './database.ts'
import { type Duration, milliseconds } from './duration.ts'
import type { Log } from './log.ts'

export interface JobDependencies {
  readonly db: Database
  readonly ask: AskNeighbour
  readonly log: Log
  readonly signal: AbortSignal
}

export interface Job {
  readonly kind: 'job'
  readonly name: string
  /** Runs until `signal` aborts, then finishes what it holds and resolves. */
  run(deps: JobDependencies): Promise<void>
}

export function job(name: string, run: Job['run']): Job {
  return { kind: 'job', name, run }
}

/** A job that does the same again and again, waiting in between, first of all too. A round that fails is logged. */
export function repeatEvery(pause: Duration, work: (deps: JobDependencies) => Promise<void>): Job['run'] {
  const ms = milliseconds(pause)
  return async (deps) => {
    while (await waited(ms, deps.signal)) {
      await work(deps).catch((err: unknown) => deps.log.warn({ err }, 'this round failed; the next one will try again'))
    }
  }
}

/** True after the time, false at once when `signal` aborts. */
function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  return sleep(ms, true, { signal }).catch(() => false)
}
