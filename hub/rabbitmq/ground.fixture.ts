/** The hub on RabbitMQ for tests, on a broker and a database of its own. */
import { openTestDatabase } from '#kit/database.fixture.ts'
import { openDatabase } from '#kit/database.ts'
import type { Ground } from '../lab.fixture.ts'
import type { HubOptions } from '../options.ts'
import { openTestBroker } from './broker.fixture.ts'

export async function openRabbitGround(given: Partial<HubOptions>): Promise<Ground> {
  const own = await openTestDatabase({})
  const broker = await openTestBroker(given).catch(async (error: unknown) => {
    await own.close()
    throw error
  })
  const db = openDatabase(own.url, () => {}, { size: 20 })
  return {
    db,
    keys: broker.keys,
    options: broker.options,
    open: (service) => broker.open(service),
    operations: broker.operations,
    cut: async () => broker.proxy.cut(),
    clear: broker.purge,
    async close() {
      await broker.close()
      await db.close()
      await own.close()
    },
  }
}
