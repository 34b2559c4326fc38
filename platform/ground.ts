/** What stays for a whole run: its folder, taken for this process, and its PostgreSQL. */
import { rmSync } from 'node:fs'
import type { Config } from '#kit/config.ts'
import { openRunFolder, type Run } from '../machine/folder.ts'
import { holdRun } from '../machine/lock.ts'
import { endOrphans } from '../machine/orphans.ts'
import { startPostgres } from '../machine/postgres.ts'
import type { Stop } from './stops.ts'

/** Opens the run folder, refuses one in use, and ends what a killed run left in it. */
export async function takeRun(runDir: string, stops: Stop[]): Promise<Run> {
  const run = openRunFolder({ RUN_DIR: runDir })
  stops.push(holdRun(run))
  stops.push(() => rmSync(run.sockets, { recursive: true, force: true }))
  await endOrphans(run)
  return run
}

export interface RunningDatabase {
  readonly url: string
  /** Resolves when it ends by itself: never for a database that is not ours. */
  readonly ended: Promise<Error | undefined>
}

/** PostgreSQL: ours under the run folder, or the given one. */
export async function startDatabase(config: Config, run: Run, stops: Stop[]): Promise<RunningDatabase> {
  if (config.databaseUrl !== undefined) return { url: config.databaseUrl, ended: new Promise(() => {}) }
  const own = await startPostgres(run)
  stops.push(own.stop)
  return own
}
