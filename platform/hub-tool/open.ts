/** The hub as the tool has it: its operations, and what services have left in the database. */
import { type Database, openDatabase } from '#kit/database.ts'
import type { Log } from '#kit/log.ts'
import { openEmbeddedHub } from '../../hub/embedded/hub.ts'
import { openEmbeddedOperations } from '../../hub/embedded/operations.ts'
import type { Hub, Operations } from '../../hub/hub.ts'
import type { HubKeys } from '../../hub/keys.ts'
import { hubOptions } from '../../hub/options.ts'
import { openRabbitHub } from '../../hub/rabbitmq/hub.ts'
import { openRabbitOperations } from '../../hub/rabbitmq/operations.ts'
import { OPERATOR, RIGHTS } from '../../hub/rights.ts'
import { withoutCredentials } from '../hub.ts'
import type { Stop } from '../stops.ts'
import { describe } from './endings.ts'
import { type Place, readKeys } from './place.ts'

/** Which hub it is. */
export interface HubName {
  readonly kind: 'embedded' | 'rabbitmq'
  /** RabbitMQ's host and port. */
  readonly host: string | null
}

export interface OpenHub {
  readonly name: HubName
  readonly db: Database
  readonly operations: Operations
  readonly keys: HubKeys
  /** The hub as the service `operator`, to send as it. */
  openSender(): Promise<Hub>
}

const OPTIONS = hubOptions()
/** Milliseconds for a statement: a long log is read in pages. */
const STATEMENT_MS = 60_000

/** Throws a sentence that says what to do where it cannot be reached. */
export async function openHub(place: Place, log: Log, stops: Stop[]): Promise<OpenHub> {
  const keys = readKeys(place)
  const db = openDatabase(place.databaseUrl(), () => {}, { size: 3, limit: STATEMENT_MS })
  stops.push(() => db.close())
  await db.query('select from hub.outbox limit 1').catch(explainDatabase)
  const given = { service: OPERATOR, rights: RIGHTS, options: OPTIONS, log }
  const { broker } = place
  if (!broker) {
    const openSender = async () => openEmbeddedHub({ ...given, db })
    return { name: nameOf(place), db, operations: openEmbeddedOperations(db, RIGHTS, OPTIONS), keys, openSender }
  }
  const access = { ...given, url: withoutCredentials(broker.url), password: keys.passwords[OPERATOR] ?? '' }
  const operations = await openRabbitOperations(access).catch(explainBroker)
  stops.push(() => operations.close())
  return { name: nameOf(place), db, operations, keys, openSender: () => openRabbitHub(access) }
}

export function nameOf({ broker }: Pick<Place, 'broker'>): HubName {
  return broker ? { kind: 'rabbitmq', host: new URL(broker.url).host } : { kind: 'embedded', host: null }
}

export function sayHub({ kind, host }: HubName): string {
  return kind === 'embedded' ? 'Embedded hub, in the database' : `RabbitMQ at ${host}`
}

function explainDatabase(error: unknown): never {
  const hasNoTables = error instanceof Error && 'code' in error && ['42P01', '3F000'].includes(String(error.code))
  const what = hasNoTables ? 'has no tables of the hub' : `does not answer (${describe(error)})`
  throw new Error(`The database ${what}. Start Selvedge (npm start), or name another one: DATABASE_URL=postgres://…`, {
    cause: error,
  })
}

function explainBroker(error: unknown): never {
  throw new Error(
    `${describe(error)} Selvedge's own is started by npm start -- --cluster; another one is named by HUB_URL=amqp://…`,
    { cause: error },
  )
}
