/** The events that are measured: those of a payment, in turn. */
import { randomUUID } from 'node:crypto'
import type { Database } from '#kit/database.ts'
import type { Seal, Sealed } from '../../hub/envelope.ts'

export const SERVICE = 'payments'

const TYPES = ['payment.submitted', 'payment.processing', 'payment.completed'] as const
const USER = 'c4a05000-0000-4000-8000-000000000001'
export const DATA = { userId: USER, amount: 123450, currency: 'EUR', payee: 'Nordlys Energi', reason: null } as const

/** As they are in an outbox once they are sealed, to the byte but for their ids and times. */
export function sampleEvents(seal: Seal, count: number): Sealed[] {
  return Array.from({ length: count }, (_, index) => {
    const type = TYPES[index % TYPES.length] ?? TYPES[0]
    return seal({
      id: randomUUID(),
      source: `/${SERVICE}`,
      type,
      dataschema: `urn:selvedge:${type}:1`,
      subject: randomUUID(),
      time: new Date().toISOString(),
      sequence: String(index).padStart(20, '0'),
      traceparent: `00-${randomUUID().replaceAll('-', '')}-${'b'.repeat(16)}-01`,
      data: DATA,
    })
  })
}

/** The same, in the outbox. */
export async function fillOutbox(db: Database, count: number): Promise<void> {
  await db.query(
    `insert into hub.outbox (id, source, type, version, subject, time, traceparent, data)
     select gen_random_uuid(), $1, ($2::text[])[1 + n % 3], 1, gen_random_uuid(), clock_timestamp(),
       '00-' || replace(gen_random_uuid()::text, '-', '') || '-bbbbbbbbbbbbbbbb-01', $3::json
     from generate_series(0, $4 - 1) as n`,
    [SERVICE, TYPES, JSON.stringify(DATA), count],
  )
}
