import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openTestDatabase } from '#kit/database.fixture.ts'
import { traceId } from '#kit/trace.ts'
import { deliverTo } from '../../hub/deliver.fixture.ts'
import { opener, type Sealed, sealer } from '../../hub/envelope.ts'
import { EVENTS } from '../../hub/events.ts'
import { createHubKeys } from '../../hub/keys.ts'
import { relayRound } from '../../hub/relay.ts'
import { StubPsp } from './psp.ts'
import { findPayment } from './store.ts'
import { paymentsWorker } from './worker.ts'

const { db, close } = await openTestDatabase({})

test.after(close)

async function run(name: string): Promise<void> {
  await db.query(readFileSync(join(import.meta.dirname, 'migrations', name), 'utf8'))
}

/** Sends what payments have published, and opens it again as a consumer does. */
async function relay() {
  const keys = createHubKeys(['payments'])
  const sent: Sealed[] = []
  const send = async (events: readonly Sealed[]) => {
    sent.push(...events)
    return events.map(() => undefined)
  }
  await relayRound({ db, hub: { send }, service: 'payments', seal: sealer(keys.private.payments ?? '') })
  return sent.map(({ body }) => opener(keys)(body))
}

test('payments under way on a database of an earlier day get their event, and are sent', async () => {
  for (const name of ['001-payments.sql', '002-old-keys.sql', '003-credits.sql', '004-staff.sql']) await run(name)
  const user = randomUUID()
  const due = "now() + interval '30 seconds'"
  const add = async (state: string, dueAt: string, amount = 1_250) => {
    const id = randomUUID()
    await db.query(
      `insert into payments.payments (id, user_id, amount, currency, payee, description, search, state, due_at)
       values ($1, $2, $3, 'EUR', 'Émile "X"', '', '', $4, ${dueAt})`,
      [id, user, amount, state],
    )
    const steps = state === 'submitted' ? ['submitted'] : ['submitted', 'processing']
    for (const step of steps) {
      await db.query('insert into payments.steps (payment_id, state) values ($1, $2)', [id, step])
    }
    return id
  }
  const underWay = [await add('processing', due), await add('processing', "now() - interval '1 day'", 1_213)]
  const waiting = await add('submitted', due)
  const done = await add('completed', 'null')

  await run('005-events.sql')
  const events = await relay()
  assert.equal(events.map(({ subject }) => subject).sort(), [...underWay].sort())
  assert.is(new Set(events.map(({ id }) => id)).size, 2)
  assert.is(new Set(events.map(({ traceparent }) => traceparent)).size, 2)
  const deliver = deliverTo(paymentsWorker(new StubPsp(0.001)), db)
  for (const { type, dataschema, subject, data, traceparent } of events) {
    assert.equal([type, dataschema], ['payment.processing', 'urn:selvedge:payment.processing:1'])
    const amount = subject === underWay[0] ? 1_250 : 1_213
    const payment = EVENTS['payment.processing'].data.parse(data)
    assert.equal(payment, { userId: user, amount, currency: 'EUR', payee: 'Émile "X"', reason: null })
    const kept = await findPayment(db, user, subject)
    assert.is(kept?.dueAt, null)
    assert.is(traceId(traceparent), kept?.trace)
    assert.equal(await deliver('payment.processing', subject, payment), { kind: 'done' })
  }
  const stateOf = async (id = '') => (await findPayment(db, user, id))?.state
  assert.equal(
    await Promise.all([...underWay, waiting, done].map(stateOf)),
    ['completed', 'failed', 'submitted', 'completed'],
    'the others are as they were',
  )
  assert.ok((await findPayment(db, user, waiting))?.dueAt)
})

test.run()
