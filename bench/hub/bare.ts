/** What the relay is compared with: whoever does only what it does in the end. */
import { once } from 'node:events'
import { Connection } from 'rabbitmq-client'
import type { Database } from '#kit/database.ts'
import type { Sealed } from '../../hub/envelope.ts'
import { eventMessage } from '../../hub/rabbitmq/message.ts'
import { userOf } from '../../hub/rabbitmq/topology.ts'
import { consumersOf, RIGHTS } from '../../hub/rights.ts'
import { SERVICE } from './sample.ts'

const IN_FLIGHT = 100
const SAFELY = { durable: true, mandatory: true }

/** The client on its own: durable, mandatory, confirmed, a hundred in flight, to the same exchange. Connects; sends when called. */
export async function publishBare(
  url: string,
  password: string,
  events: readonly Sealed[],
): Promise<() => Promise<void>> {
  const full = new URL(url)
  full.username = userOf(SERVICE)
  full.password = password
  const connection = new Connection({ url: full.href, noDelay: true })
  await once(connection, 'connection')
  const channel = await connection.acquire()
  await channel.confirmSelect()
  const messages = events.map((event) => eventMessage(SERVICE, event))
  return async () => {
    const left = messages.values()
    const lane = async () => {
      for (const { envelope, body } of left) await channel.basicPublish({ ...envelope, ...SAFELY }, body)
    }
    await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
    await channel.close()
    await connection.close()
  }
}

/** The same rows into tables just like those of the hub, a hundred events a transaction, with nothing around it. */
export async function insertBare(db: Database, events: readonly Sealed[]): Promise<void> {
  for (let first = 0; first < events.length; first += IN_FLIGHT) {
    const batch = events.slice(first, first + IN_FLIGHT)
    const messages = batch.flatMap(({ id, type, body }) =>
      consumersOf(RIGHTS, type).map((consumer) => ({ consumer, event: id, sender: SERVICE, body })),
    )
    await db.transaction(async (sql) => {
      await sql.query(
        `insert into bare_log (source, id, type, subject, body)
         select source, id, type, subject, body
         from json_to_recordset($1) as given (source text, id uuid, type text, subject text, body text)`,
        [JSON.stringify(batch)],
      )
      await sql.query(
        `insert into bare_queue (consumer, event, sender, body)
         select consumer, event, sender, body
         from json_to_recordset($1) as given (consumer text, event text, sender text, body text)`,
        [JSON.stringify(messages)],
      )
    })
  }
}
