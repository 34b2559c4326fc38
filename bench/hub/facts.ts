/** What is there once a chaos run is over: read from the tables, and from the log as operators read it. */
import type { Database } from '#kit/database.ts'
import { type Finding, verify } from '../../fragments/admin/audit-verify.ts'
import { type Envelope, readEnvelope } from '../../hub/envelope.ts'
import type { DeadLetter, Operations } from '../../hub/hub.ts'
import { allConsumers, RIGHTS } from '../../hub/rights.ts'

/** A payment as its table has it. */
export interface PaymentFact {
  readonly id: string
  readonly userId: string
  readonly state: string
  /** In the order of their times. */
  readonly steps: readonly string[]
  /** The key that it was made with. */
  readonly key: string | null
}

export interface Handled {
  readonly consumer: string
  readonly event: string
}

export interface Facts {
  readonly payments: readonly PaymentFact[]
  readonly logged: readonly Pick<Envelope, 'id' | 'type' | 'subject'>[]
  /** Done, as `consumers.ts` writes it down. */
  readonly effects: readonly Handled[]
  readonly inbox: readonly Handled[]
  /** Events that have a row in the audit log. */
  readonly audited: readonly string[]
  readonly chain: readonly Finding[]
  /** `payment.completed:ID`, as notes name what they tell of. */
  readonly notes: readonly string[]
  readonly outbox: number
  readonly dead: readonly DeadLetter[]
}

export async function readFacts(db: Database, operations: Operations): Promise<Facts> {
  const handledIn = (table: 'effects' | 'hub.inbox') =>
    db.query<Handled & Record<string, unknown>>(`select consumer, event from ${table}`)
  const column = async (text: string) => (await db.query<{ value: string }>(text)).map(({ value }) => value)
  const [outbox] = await db.query<{ count: number }>('select count(*) from hub.outbox')
  return {
    payments: await db.query<PaymentFact & Record<string, unknown>>(
      `select p.id, p.user_id as "userId", p.state, k.key,
         array(select s.state from payments.steps s where payment_id = p.id order by at, array_position(
           array['submitted', 'processing', 'completed', 'failed', 'cancelled'], s.state)) as steps
       from payments.payments p left join payments.keys k on k.payment_id = p.id order by p.created_at`,
    ),
    logged: await readLog(operations),
    effects: await handledIn('effects'),
    inbox: await handledIn('hub.inbox'),
    audited: await column('select event as value from admin.audit'),
    chain: (await verify(db)).findings,
    notes: await column('select event as value from notifications.notes'),
    outbox: outbox?.count ?? 0,
    dead: (await Promise.all(allConsumers(RIGHTS).map((consumer) => operations.deadLetters(consumer)))).flat(),
  }
}

async function readLog(operations: Operations): Promise<Facts['logged']> {
  const logged: Facts['logged'][number][] = []
  for await (const { body } of operations.readLog({})) {
    const { id, type, subject } = readEnvelope(body)
    logged.push({ id, type, subject })
  }
  return logged
}
