/** A PostgreSQL of a bench's own, with all tables, that can be killed and comes back with what it had. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, openDatabase } from '#kit/database.ts'
import { migrate } from '#kit/migrate.ts'
import { openRunFolder } from '../../machine/folder.ts'
import { bornAt } from '../../machine/identity.ts'
import { startPostgres } from '../../machine/postgres.ts'

export interface BenchDatabase {
  readonly url: string
  readonly db: Database
  /** Kills PostgreSQL with all of its processes, as a crash of the machine would, but for what the system has in hand. */
  kill(): Promise<void>
  /** Starts it again: it recovers. */
  start(): Promise<void>
  /** Breaks all connections but ours. */
  cut(): Promise<void>
  close(): Promise<void>
}

const ROOT = join(import.meta.dirname, '../..')
const OWNERS = ['kit', 'hub', 'fragments/payments', 'fragments/notifications', 'fragments/admin']

export async function openBenchDatabase(): Promise<BenchDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'selvedge-bench-'))
  const run = openRunFolder({ RUN_DIR: join(folder, 'run') })
  let postgres = await startPostgres(run)
  const db = openDatabase(postgres.url, () => {}, { size: 8, limit: 60_000 })
  const close = async () => {
    await db.close()
    await postgres.stop()
    for (const path of [run.path, run.sockets, folder]) rmSync(path, { recursive: true, force: true })
  }
  const folders = OWNERS.map((owner) => [owner.replace('fragments/', ''), join(ROOT, owner, 'migrations')])
  await migrate(db, Object.fromEntries(folders)).catch(async (error: unknown) => {
    await close()
    throw error
  })
  return {
    url: postgres.url,
    db,
    async kill() {
      // Each is the leader of a group of its own: killing the first one's group would leave them to finish.
      const all = [postgres.pid, ...childrenOf(postgres.pid)]
      for (const pid of all) killOne(pid)
      await postgres.ended
      while (all.some((pid) => bornAt(pid))) await sleep(5)
    },
    async start() {
      postgres = await startPostgres(run)
    },
    async cut() {
      await db.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`,
      )
    },
    close,
  }
}

function childrenOf(parent: number): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  const pairs = stdout
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number))
  return pairs.flatMap(([pid = 0, above]) => (above === parent ? [pid] : []))
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has gone by itself.
  }
}
