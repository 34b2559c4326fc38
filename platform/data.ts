/** The database as the services find it: pools, tables up to date, the demonstration's data. */
import { join } from 'node:path'
import { type Database, openDatabase, type Sql } from '#kit/database.ts'
import type { Log } from '#kit/log.ts'
import { migrate } from '#kit/migrate.ts'
import type { Mfe } from '../fragments/definitions.ts'
import type { Stop } from './stops.ts'

/** A pool of its own for a service, closed when all stops. */
export type OpenDatabase = (service: string, limits?: { size?: number; limit?: number }) => Database

const KIT_MIGRATIONS = join(import.meta.dirname, '../kit/migrations')
const HUB_MIGRATIONS = join(import.meta.dirname, '../hub/migrations')

export function databaseOpener(url: string, log: Log, stops: Stop[]): OpenDatabase {
  return (service, limits) => {
    const lost = (error: Error) => log.warn({ err: error, service }, 'database connection lost')
    const db = openDatabase(url, lost, limits)
    stops.push(() => db.close())
    return db
  }
}

/** Runs the migrations that have not run yet, and brings or retires the demonstration's data. */
export async function prepareData(open: OpenDatabase, mfes: readonly Mfe[], demo: boolean): Promise<void> {
  const db = open('start', { size: 2, limit: 60_000 })
  const folders = mfes.map(({ name, migrations }) => [name, migrations] as const)
  await migrate(db, { kit: KIT_MIGRATIONS, hub: HUB_MIGRATIONS, ...Object.fromEntries(folders) })
  await db.transaction((sql) => setDemonstration(demo, mfes, sql))
}

/** Brings the demonstration's data, or shuts its accounts where they are from an earlier run: their password is public. */
async function setDemonstration(wanted: boolean, mfes: readonly Mfe[], sql: Sql): Promise<void> {
  for (const { seed, retire } of mfes) await (wanted ? seed : retire)?.(sql)
}
