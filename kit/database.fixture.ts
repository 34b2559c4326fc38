/** A PostgreSQL of a test's own: started for one test file, migrated, and gone with it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRunFolder } from '../machine/folder.ts'
import { startPostgres } from '../machine/postgres.ts'
import { type Database, openDatabase } from './database.ts'
import { migrate } from './migrate.ts'

export interface TestDatabase {
  readonly db: Database
  readonly url: string
  close(): Promise<void>
}

/** Starts an empty database with the tables of the kit, of the hub and of these folders: `{ payments: '/…/migrations' }`. */
export async function openTestDatabase(folders: Readonly<Record<string, string>>): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'selvedge-test-'))
  const run = openRunFolder({ RUN_DIR: join(folder, 'run') })
  const postgres = await startPostgres(run)
  const db = openDatabase(postgres.url, () => {})
  const close = async () => {
    await db.close()
    await postgres.stop()
    rmSync(run.path, { recursive: true, force: true })
    rmSync(run.sockets, { recursive: true, force: true })
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const hub = join(import.meta.dirname, '../hub/migrations')
    await migrate(db, { kit: join(import.meta.dirname, 'migrations'), hub, ...folders })
    return { db, url: postgres.url, close }
  } catch (error) {
    await close()
    throw error
  }
}
