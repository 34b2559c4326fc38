/** The embedded hub for tests, on a database of its own. */
import { openTestDatabase } from '#kit/database.fixture.ts'
import { openDatabase } from '#kit/database.ts'
import { openLog } from '#kit/log.ts'
import { createHubKeys } from '../keys.ts'
import type { Ground } from '../lab.fixture.ts'
import { type HubOptions, hubOptions } from '../options.ts'
import { allServices, RIGHTS } from '../rights.ts'
import { openEmbeddedHub } from './hub.ts'
import { openEmbeddedOperations } from './operations.ts'

export async function openEmbeddedGround(given: Partial<HubOptions>): Promise<Ground> {
  const own = await openTestDatabase({})
  const db = openDatabase(own.url, () => {}, { size: 20 })
  const options = hubOptions(given)
  return {
    db,
    keys: createHubKeys(allServices(RIGHTS)),
    options,
    open: async (service) => openEmbeddedHub({ service, db, rights: RIGHTS, options, log: openLog('silent') }),
    operations: async () => openEmbeddedOperations(db, RIGHTS, options),
    async cut() {
      await own.db.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      )
    },
    clear: async () => void (await db.query('truncate hub.log, hub.queue, hub.dead')),
    async close() {
      await db.close()
      await own.close()
    },
  }
}
