import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openTestDatabase } from '#kit/database.fixture.ts'
import { Conflict } from '#kit/errors.ts'
import { readTags } from '#kit/tags.ts'
import { cancel, submit } from './payments.ts'
import type { Order } from './rules.ts'
import { claimDue, deleteOldKeys, listSteps, lockKey, settle } from './store.ts'

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

test('cancelling against processing, many times over: one wins, never both', async () => {
  const wins = { cancelled: 0, processing: 0 }
  for (let round = 0; round < 60; round++) {
    const user = randomUUID()
    const { payment } = await submit(db, user, order, 'k')
    await makeDue(payment.id)
    const [cancelled, claimed] = await Promise.all([
      cancel(db, user, payment.id).then(
        () => true,
        (error: unknown) => !(error instanceof Conflict),
      ),
      db.transaction((sql) => claimDue(sql, 1, 30)).then((rows) => rows.some(({ id }) => id === payment.id)),
    ])
    assert.ok(!(cancelled && claimed), `round ${round}: both`)
    wins[cancelled ? 'cancelled' : 'processing'] += 1
    await db.query("update payments.payments set state = 'failed', due_at = null where due_at is not null")
  }
  assert.is(wins.cancelled + wins.processing, 60)
})

test('ten people cancel at once: one cancellation, one step, and all have what they asked for', async () => {
  const user = randomUUID()
  const { payment } = await submit(db, user, order, 'k')
  const results = await Promise.allSettled(Array.from({ length: 10 }, () => cancel(db, user, payment.id)))
  assert.is(results.filter(({ status }) => status === 'fulfilled').length, 10)
  const steps = await listSteps(db, payment.id)
  assert.equal(
    steps.map(({ state }) => state),
    ['submitted', 'cancelled'],
  )
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
