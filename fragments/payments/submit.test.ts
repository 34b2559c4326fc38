import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openTestDatabase } from '#kit/database.fixture.ts'
import { Conflict } from '#kit/errors.ts'
import { readTags } from '#kit/tags.ts'
import { readOutbox } from '../../hub/deliver.fixture.ts'
import { moveDue } from './due.ts'
import { cancel, noteChanges, submit } from './payments.ts'
import type { Order } from './rules.ts'
import { deleteOldKeys, findPayment, listSteps, lockKey, settle, takeDue } from './store.ts'

const { db, close } = await openTestDatabase({ payments: join(import.meta.dirname, 'migrations') })
const order: Order = { amount: 1250, currency: 'EUR', payee: 'Nordlys Energi', description: '' }

test.after(close)

async function countPayments(userId: string): Promise<number> {
  const [row] = await db.query<{ count: number }>('select count(*) from payments.payments where user_id = $1', [userId])
  return row?.count ?? 0
}

async function makeDue(id: string): Promise<void> {
  await db.query("update payments.payments set due_at = now() - interval '1 second' where id = $1", [id])
}

/** The kinds of events that were published of a payment, in order, without what they all begin with. */
async function publishedOf(id: string): Promise<string[]> {
  const events = await readOutbox(db)
  return events.filter(({ subject }) => subject === id).map(({ type }) => type.replace('payment.', ''))
}

async function statesOf(id: string): Promise<string[]> {
  return (await listSteps(db, id)).map(({ state }) => state)
}

/** Does work while no event of this kind can be published. */
async function withoutOutbox<T>(type: string, work: () => Promise<T>): Promise<T> {
  // `not valid`: those that are there may stay.
  await db.query(`alter table hub.outbox add constraint refused check (type <> '${type}') not valid`)
  try {
    return await work()
  } finally {
    await db.query('alter table hub.outbox drop constraint refused')
  }
}

test('a payment is submitted, can be cancelled for a while, and raises its tags', async () => {
  const user = randomUUID()
  const { outcome, payment } = await submit(db, user, order, 'k')
  assert.is(outcome, 'created')
  assert.is(payment.state, 'submitted')
  assert.ok(payment.dueAt && payment.dueAt.getTime() - payment.createdAt.getTime() === 3_000)
  const tags = await readTags(db, [`payments:${user}`, `payment:${payment.id}`])
  assert.ok([...tags.values()].every((counter) => counter > 0))
})

test('a large payment can be cancelled for longer', async () => {
  const { payment } = await submit(db, randomUUID(), { ...order, amount: 1_000_000 }, 'k')
  assert.is((payment.dueAt?.getTime() ?? 0) - payment.createdAt.getTime(), 600_000)
})

test('twenty requests with one key at the same time: exactly one payment', async () => {
  const user = randomUUID()
  const answers = await Promise.all(Array.from({ length: 20 }, () => submit(db, user, order, 'k')))
  assert.is(answers.filter(({ outcome }) => outcome === 'created').length, 1)
  assert.is(answers.filter(({ outcome }) => outcome === 'repeated').length, 19)
  assert.is(new Set(answers.map(({ payment }) => payment.id)).size, 1)
  assert.is(await countPayments(user), 1)
  assert.equal(await publishedOf(answers[0]?.payment.id ?? ''), ['submitted'])
  assert.is((await readOutbox(db)).filter(({ data }) => data.userId === user).length, 1)
})

test('a spent key with another order names the first payment, whoever comes first', async () => {
  const user = randomUUID()
  const orders = Array.from({ length: 10 }, (_, index) => ({ ...order, amount: 1000 + index }))
  const answers = await Promise.all(orders.map((each) => submit(db, user, each, 'k')))
  assert.is(answers.filter(({ outcome }) => outcome === 'created').length, 1)
  assert.is(answers.filter(({ outcome }) => outcome === 'spent').length, 9)
  assert.is(new Set(answers.map(({ payment }) => payment.id)).size, 1)
  assert.is(await countPayments(user), 1)
})

test('keys are a person’s own, and another key is another payment', async () => {
  const [one, other] = [randomUUID(), randomUUID()]
  const answers = await Promise.all([
    submit(db, one, order, 'k'),
    submit(db, other, order, 'k'),
    submit(db, one, order, 'l'),
  ])
  assert.is(new Set(answers.map(({ payment }) => payment.id)).size, 3)
})

test('while a key is being spent: wait, or be refused', async () => {
  const user = randomUUID()
  await db.transaction(async (sql) => {
    assert.ok(await lockKey(sql, user, 'k'))
    const refused = await submit(db, user, order, 'k', 'refuse').catch((error: unknown) => error)
    assert.instance(refused, Conflict)
  })
  assert.is((await submit(db, user, order, 'k', 'refuse')).outcome, 'created')
  assert.is((await submit(db, user, order, 'k', 'refuse')).outcome, 'repeated')
})

test('old keys are forgotten, and their payments are not', async () => {
  const user = randomUUID()
  await Promise.all(['old', 'young'].map((key) => submit(db, user, order, key)))
  await db.query("update payments.keys set spent_at = now() - interval '31 days' where user_id = $1 and key = 'old'", [
    user,
  ])
  await deleteOldKeys(db, 30)
  assert.equal(await db.query('select key from payments.keys where user_id = $1', [user]), [{ key: 'young' }])
  assert.is(await countPayments(user), 2)
})

test('a payment that could not be written leaves its key unspent', async () => {
  const user = randomUUID()
  const broken = await submit(db, user, { ...order, amount: -1 }, 'k').catch((error: unknown) => error)
  assert.instance(broken, Error)
  assert.is((await submit(db, user, order, 'k')).outcome, 'created')
})

test('a payment and its event are written together or not at all', async () => {
  const user = randomUUID()
  const failed = (work: Promise<unknown>) =>
    work.then(
      () => false,
      (error: Error) => /refused/.test(error.message),
    )
  assert.ok(await withoutOutbox('payment.submitted', () => failed(submit(db, user, order, 'k'))))
  assert.is(await countPayments(user), 0)

  const { outcome, payment } = await submit(db, user, order, 'k')
  assert.is(outcome, 'created', 'the key was not spent')
  assert.ok(await withoutOutbox('payment.cancelled', () => failed(cancel(db, user, payment.id))))
  await makeDue(payment.id)
  assert.ok(await withoutOutbox('payment.processing', () => failed(moveDue(db))))
  assert.is((await findPayment(db, user, payment.id))?.state, 'submitted')
  assert.equal(await statesOf(payment.id), ['submitted'])
  assert.equal(await publishedOf(payment.id), ['submitted'])

  await failed(
    db.transaction(async (sql) => {
      const cancelled = await settle(sql, payment.id, { from: 'submitted', to: 'cancelled' })
      await noteChanges(sql, cancelled ? [cancelled] : [])
      throw new Error('refused')
    }),
  )
  assert.equal(await publishedOf(payment.id), ['submitted'], 'what was rolled back was never told')
})

test('what somebody is just cancelling is not moved on', async () => {
  const user = randomUUID()
  const { payment } = await submit(db, user, order, 'k')
  await makeDue(payment.id)
  await db.transaction(async (sql) => {
    const cancelled = await settle(sql, payment.id, { from: 'submitted', to: 'cancelled', userId: user })
    // It does not wait either: others that are due go out.
    await moveDue(db)
    await noteChanges(sql, cancelled ? [cancelled] : [])
  })
  await moveDue(db)
  assert.equal(await statesOf(payment.id), ['submitted', 'cancelled'])
  assert.equal(await publishedOf(payment.id), ['submitted', 'cancelled'])
})

test('what is just being moved on cannot be cancelled any more', async () => {
  const user = randomUUID()
  const { payment } = await submit(db, user, order, 'k')
  await makeDue(payment.id)
  let cancelling: Promise<unknown> = Promise.resolve()
  await db.transaction(async (sql) => {
    const moved = await takeDue(sql, 1_000)
    cancelling = cancel(db, user, payment.id).catch((error: unknown) => error)
    await noteChanges(sql, moved)
  })
  assert.instance(await cancelling, Conflict)
  assert.equal(await statesOf(payment.id), ['submitted', 'processing'])
  assert.equal(await publishedOf(payment.id), ['submitted', 'processing'])
})

test('cancelling against processing, many times over: one wins, never both, and only the winner is told of', async () => {
  for (let round = 0; round < 60; round++) {
    const user = randomUUID()
    const { payment } = await submit(db, user, order, 'k')
    await makeDue(payment.id)
    const cancelIt = () =>
      cancel(db, user, payment.id).then(
        () => true,
        (error: unknown) => {
          assert.instance(error, Conflict)
          return false
        },
      )
    // In turns, so that neither is always first.
    const first = round % 2 ? moveDue(db) : undefined
    const [cancelled] = await Promise.all([cancelIt(), first ?? moveDue(db)])
    const winner = cancelled ? 'cancelled' : 'processing'
    assert.is((await findPayment(db, user, payment.id))?.state, winner)
    assert.equal(await statesOf(payment.id), ['submitted', winner])
    assert.equal(await publishedOf(payment.id), ['submitted', winner], `round ${round}`)
  }
})

test('ten people cancel at once: one cancellation, one step, and all have what they asked for', async () => {
  const user = randomUUID()
  const { payment } = await submit(db, user, order, 'k')
  const results = await Promise.allSettled(Array.from({ length: 10 }, () => cancel(db, user, payment.id)))
  assert.is(results.filter(({ status }) => status === 'fulfilled').length, 10)
  assert.equal(await statesOf(payment.id), ['submitted', 'cancelled'])
  assert.equal(await publishedOf(payment.id), ['submitted', 'cancelled'])
})

test('nobody cancels what is another’s, settled or unknown', async () => {
  const user = randomUUID()
  const { payment } = await submit(db, user, order, 'k')
  const nameOf = (error: unknown) => (error instanceof Error ? error.name : '')
  assert.is(await cancel(db, randomUUID(), payment.id).catch(nameOf), 'NotFound')
  assert.is(await cancel(db, user, randomUUID()).catch(nameOf), 'NotFound')
  await settle(db, payment.id, { from: 'submitted', to: 'completed' })
  assert.is(await cancel(db, user, payment.id).catch(nameOf), 'Conflict')
})

test('a state that was left is never entered again', async () => {
  const { payment } = await submit(db, randomUUID(), order, 'k')
  assert.ok(await settle(db, payment.id, { from: 'submitted', to: 'completed' }))
  for (const from of ['submitted', 'processing'] as const) {
    assert.is(await settle(db, payment.id, { from, to: 'failed' }), undefined)
  }
})

test.run()
