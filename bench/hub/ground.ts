/** What the hub of a bench stands on: a database, and a broker where it is RabbitMQ. */

import { openEmbeddedOperations } from '../../hub/embedded/operations.ts'
import type { Operations } from '../../hub/hub.ts'
import { createHubKeys, type HubKeys } from '../../hub/keys.ts'
import { type HubOptions, hubOptions } from '../../hub/options.ts'
import { openTestBroker, type TestBroker } from '../../hub/rabbitmq/broker.fixture.ts'
import { allServices, RIGHTS } from '../../hub/rights.ts'
import { type BenchDatabase, openBenchDatabase } from './database.ts'

export const HUBS = ['embedded', 'rabbitmq'] as const
export type HubKind = (typeof HUBS)[number]

export interface BenchGround {
  readonly database: BenchDatabase
  /** Undefined for the hub in the database. */
  readonly broker: TestBroker | undefined
  readonly keys: HubKeys
  readonly options: HubOptions
  operations(): Promise<Operations>
  close(): Promise<void>
}

export async function openBenchGround(kind: HubKind, given: Partial<HubOptions>): Promise<BenchGround> {
  const database = await openBenchDatabase()
  // New queues are believed only after a while, which it waits for: whoever kills the broker may do so now.
  const broker =
    kind === 'rabbitmq'
      ? await openTestBroker(given).catch(async (error: unknown) => {
          await database.close()
          throw error
        })
      : undefined
  return {
    database,
    broker,
    keys: broker?.keys ?? createHubKeys(allServices(RIGHTS)),
    options: broker?.options ?? hubOptions(given),
    operations: async () => broker?.operations() ?? openEmbeddedOperations(database.db, RIGHTS, hubOptions(given)),
    async close() {
      await broker?.close()
      await database.close()
    },
  }
}
