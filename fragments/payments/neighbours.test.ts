import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { z } from '#kit'
import { openTestDatabase } from '#kit/database.fixture.ts'
import { Forbidden } from '#kit/errors.ts'
import { openTestMfes } from '#kit/mfe.fixture.ts'
import * as contracts from '../../hub/contracts/payments.ts'
import { readOutbox } from '../../hub/deliver.fixture.ts'
import * as exported from './fragment.tsx'
import { cancel, submit } from './payments.ts'
import type { Order } from './rules.ts'
import { seed } from './seed.ts'
import { settle } from './store.ts'
import { addCredits } from './sums.ts'

const { db, close } = await openTestDatabase({ payments: join(import.meta.dirname, 'migrations') })
const { askAs } = openTestMfes({ payments: exported }, db)
const admin = askAs('admin')
const ALICE = 'a11ce000-0000-4000-8000-000000000001'
const BOB = 'b0b00000-0000-4000-8000-000000000002'

test.before(() => db.transaction(seed))
test.after(close)

async function pay(userId: string, order: Partial<Order> = {}) {
  const whole: Order = { amount: 1_000, currency: 'EUR', payee: 'Nordlys Energi', description: '', ...order }
  return (await submit(db, userId, whole, randomUUID())).payment
}

/** Everything that a search finds, page by page. */
async function findAll(wanted: Parameters<typeof findPage>[0]) {
  const found = []
  let cursor: string | undefined
  for (;;) {
    const { payments, older } = await findPage({ ...wanted, cursor })
    found.push(...payments)
    if (!older) return found
    cursor = older
  }
}

function findPage(wanted: {
  q?: string
  userId?: string
  state?: 'failed' | 'submitted'
  currency?: 'CHF'
  cursor?: string | undefined
}) {
  return admin(contracts.findPayments, { limit: 50, ...wanted })
}

test('every change is published once and in order, at the time of its step', async () => {
  const userId = randomUUID()
  const { id } = await pay(userId, { payee: 'Émile' })
  await cancel(db, userId, id)
  await cancel(db, userId, id)
  const events = (await readOutbox(db)).filter(({ subject }) => subject === id)
  assert.equal(
    events.map(({ type, data }) => ({ type, data })),
    ['payment.submitted', 'payment.cancelled'].map((type) => {
      return { type, data: { userId, amount: 1_000, currency: 'EUR', payee: 'Émile', reason: null } }
    }),
  )
  const steps = await db.query<{ at: Date }>('select at from payments.steps where payment_id = $1 order by at', [id])
  assert.equal(
    events.map(({ time }) => time),
    steps.map(({ at }) => at),
  )
})

test('staff search all customers, by every filter and page by page', async () => {
  const first = await findPage({})
  assert.is(first.payments.length, 50)
  assert.is(first.newer, null)
  const second = await findPage({ cursor: first.older ?? '' })
  assert.equal((await findPage({ cursor: second.newer ?? '' })).payments, first.payments)
  assert.equal(await findPage({ cursor: 'invented' }), first)

  assert.is((await findAll({ userId: BOB })).length, 40)
  for (const { state, currency, payee } of await findAll({ state: 'failed', currency: 'CHF', q: 'GRUNHORN' })) {
    assert.equal([state, currency, payee], ['failed', 'CHF', 'Seilbahn Grünhorn'])
  }
  const payment = await pay(BOB, { payee: '100% new' })
  const [newest] = (await findPage({ q: '100% N' })).payments
  assert.is(newest?.id, payment.id)
  assert.equal(newest?.createdAt, payment.createdAt)
})

test('figures: all states, and what was sent today without what came to nothing', async () => {
  const states = async () => new Map((await admin(contracts.paymentFigures, {})).states.map((s) => [s.state, s.count]))
  const today = async () => (await admin(contracts.paymentFigures, {})).today.find(({ currency }) => currency === 'CHF')
  const [stateBefore, todayBefore] = [await states(), await today()]
  await pay(BOB, { amount: 77, currency: 'CHF' })
  const { id } = await pay(BOB, { amount: 99, currency: 'CHF' })
  await cancel(db, BOB, id)
  const [stateAfter, todayAfter] = [await states(), await today()]
  const grown = (state: 'submitted' | 'cancelled') => (stateAfter.get(state) ?? 0) - (stateBefore.get(state) ?? 0)
  assert.equal([grown('submitted'), grown('cancelled')], [1, 1])
  assert.is((todayAfter?.amount ?? 0) - (todayBefore?.amount ?? 0), 77)
  assert.is((todayAfter?.count ?? 0) - (todayBefore?.count ?? 0), 1)
})

test('a person’s export holds all of theirs and nothing of others', async () => {
  const { data } = await askAs('profile')(contracts.exportPayments, { userId: ALICE })
  const { payments, credits } = z
    .object({
      payments: z.array(z.object({ id: z.string(), steps: z.array(z.unknown()) })),
      credits: z.array(z.unknown()),
    })
    .parse(data)
  assert.is(payments.length, 5_000)
  assert.ok(payments.every(({ steps }) => steps.length > 0))
  assert.ok(credits.length > 24)
  assert.not.match(JSON.stringify(data), BOB)
})

test('payments under way are obligations until they are settled', async () => {
  const userId = randomUUID()
  const read = () => askAs('auth')(contracts.readObligations, { userId })
  assert.equal(await read(), { underWay: 0, balances: [] })
  const { id } = await pay(userId)
  await pay(userId, { currency: 'JPY' })
  assert.equal(await read(), { underWay: 2, balances: [] })
  await cancel(db, userId, id)
  assert.equal(await read(), { underWay: 1, balances: [] })
})

test('money that is left or owed is an obligation, in each currency where there is any', async () => {
  const userId = randomUUID()
  const read = () => askAs('auth')(contracts.readObligations, { userId })
  const credit = { userId, source: 'Savings account', description: '', createdAt: new Date() }
  await addCredits(db, [
    { ...credit, id: randomUUID(), amount: 12_345, currency: 'EUR' },
    { ...credit, id: randomUUID(), amount: 1_000, currency: 'CHF' },
  ])
  for (const order of [{ currency: 'CHF' }, { currency: 'JPY', amount: 77 }] as const) {
    const { id } = await pay(userId, order)
    assert.ok(await settle(db, id, { from: 'submitted', to: 'completed' }))
  }
  assert.equal(await read(), {
    underWay: 0,
    balances: [
      { amount: 12_345, currency: 'EUR' },
      { amount: -77, currency: 'JPY' },
    ],
  })
  assert.is((await askAs('auth')(contracts.readObligations, { userId: BOB })).balances.length, 5)
})

test('nobody else may ask', async () => {
  await askAs('profile')(contracts.paymentFigures, {}).then(
    () => assert.unreachable(),
    (error: unknown) => assert.instance(error, Forbidden),
  )
})

test('the search of staff reads newest first from its indexes', async () => {
  await db.query('analyze payments.payments')
  for (const condition of [
    'true',
    `state = 'completed'`,
    `(created_at, id) < (now(), '${randomUUID()}')`,
    `search like '%emile%'`,
  ]) {
    const plan = await db.query<{ 'QUERY PLAN': string }>(
      `explain select * from payments.payments where ${condition} order by created_at desc, id desc limit 51`,
    )
    const text = plan.map((row) => row['QUERY PLAN']).join('\n')
    assert.match(text, /Index Scan using payments_newest/, condition)
    assert.not.match(text, /Sort|Seq Scan/)
  }
})

test.run()
