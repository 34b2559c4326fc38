/** What the processes of the chaos run are made of: pools, and each service's part in the hub. */
import { type Database, openDatabase } from '#kit/database.ts'
import type { Log } from '#kit/log.ts'
import { openEmbeddedHub } from '../../hub/embedded/hub.ts'
import type { Hub } from '../../hub/hub.ts'
import { openRabbitHub } from '../../hub/rabbitmq/hub.ts'
import { RIGHTS } from '../../hub/rights.ts'
import type { Order } from './order.ts'

export interface Parts {
  readonly log: Log
  open(size: number): Database
  /** In the embedded hub it works in this database. */
  join(service: string, db: Database): Promise<Hub>
  close(): Promise<void>
}

/** What a role has to do when it is stopped, and when it may go on. */
export interface Played {
  allow?(below: number): void
  end(): Promise<void>
}

export function openParts({ databaseUrl, brokerUrl, keys, options }: Order, log: Log): Parts {
  const pools: Database[] = []
  return {
    log,
    open(size) {
      const db = openDatabase(databaseUrl, (err) => log.debug({ err }, 'database connection lost'), { size })
      pools.push(db)
      return db
    },
    async join(service, db) {
      const own = log.child({ service })
      if (brokerUrl === undefined) return openEmbeddedHub({ service, db, rights: RIGHTS, options, log: own })
      const password = keys.passwords[service] ?? ''
      return openRabbitHub({ service, url: brokerUrl, password, rights: RIGHTS, options, log: own })
    },
    async close() {
      await Promise.all(pools.map((db) => db.close()))
    },
  }
}
