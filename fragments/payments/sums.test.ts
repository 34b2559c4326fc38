import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openTestDatabase } from '#kit/database.fixture.ts'
import type { PastPayment, State } from './payments.ts'
import { seed } from './seed.ts'
import { addHistory } from './store.ts'
import { addCredits, listCredits, readBalances, readSpending } from './sums.ts'

const { db, close } = await openTestDatabase({ payments: join(import.meta.dirname, 'migrations') })
const ALICE = 'a11ce000-0000-4000-8000-000000000001'
const BOB = 'b0b00000-0000-4000-8000-000000000002'

test.before(() => db.transaction(seed))
test.after(close)

function payment(
  userId: string,
  state: State,
  amount: number,
  currency: PastPayment['currency'],
  at = new Date(),
): PastPayment {
  const dueAt = state === 'submitted' ? new Date(Date.now() + 600_000) : null
  const order = { amount, currency, payee: 'P', description: '' }
  return { ...order, id: randomUUID(), userId, state, reason: null, createdAt: at, dueAt }
}

test('a balance is what came in less what was completed; what is under way is reserved; the rest counts for nothing', async () => {
  const userId = randomUUID()
  const credit = { userId, source: 'S', description: '', createdAt: new Date() }
  await addCredits(db, [
    { ...credit, id: randomUUID(), amount: 10_000, currency: 'EUR' },
    { ...credit, id: randomUUID(), amount: 500, currency: 'JPY' },
  ])
  await addHistory(db, [
    payment(userId, 'completed', 2_500, 'EUR'),
    payment(userId, 'failed', 1_000, 'EUR'),
    payment(userId, 'cancelled', 1_000, 'EUR'),
    payment(userId, 'submitted', 700, 'EUR'),
    payment(userId, 'processing', 300, 'EUR'),
    payment(userId, 'completed', 800, 'JPY'),
    payment(userId, 'submitted', 100, 'CHF'),
  ])
  assert.equal(await readBalances(db, userId), [
    { currency: 'EUR', balance: 7_500, reserved: 1_000, underWay: 2, available: 6_500 },
    { currency: 'CHF', balance: 0, reserved: 100, underWay: 1, available: -100 },
    { currency: 'JPY', balance: -300, reserved: 0, underWay: 0, available: -300 },
  ])
  assert.equal(await readBalances(db, randomUUID()), [])
})

test('after the seed nobody is overdrawn, also not when all that is under way goes out', async () => {
  for (const userId of [ALICE, BOB]) {
    const balances = await readBalances(db, userId)
    assert.equal(
      balances.filter(({ available }) => available < 0),
      [],
    )
    assert.is(balances.length, userId === ALICE ? 5 : balances.length)
  }
  const [first] = await listCredits(db, ALICE)
  assert.ok(first && first.amount > 0)
})

test('spending: twelve months to the current one, completed payments only, other currencies apart', async () => {
  const userId = randomUUID()
  const [row] = await db.query<{ now: Date }>('select now()')
  const now = row?.now ?? new Date(0)
  const month = (back: number, day = 1, hour = 0) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, day, hour))
  await addHistory(db, [
    payment(userId, 'completed', 1, 'EUR', month(0)),
    payment(userId, 'completed', 20, 'EUR', new Date(month(0).getTime() - 1)),
    payment(userId, 'completed', 300, 'EUR', month(11)),
    payment(userId, 'completed', 4_000, 'EUR', new Date(month(11).getTime() - 1)),
    payment(userId, 'failed', 50_000, 'EUR', month(3)),
    payment(userId, 'completed', 7, 'JPY', month(2)),
    payment(userId, 'completed', 8, 'JPY', month(4)),
    payment(userId, 'completed', 9, 'GBP', month(4)),
  ])
  const { months, others } = await readSpending(db, userId, 12)
  assert.equal(
    months.map(({ start }) => start),
    Array.from({ length: 12 }, (_, index) => month(11 - index)),
  )
  assert.equal(
    months.map(({ amount }) => amount),
    [300, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20, 1],
  )
  assert.equal(others, [
    { currency: 'GBP', amount: 9 },
    { currency: 'JPY', amount: 15 },
  ])
})

test('sums are read from the index alone, however many payments there are', async () => {
  await db.query('vacuum analyze payments.payments')
  for (const condition of [
    `state = 'completed'`,
    `state in ('submitted', 'processing')`,
    `state = 'completed' and created_at >= now() - interval '1 year'`,
  ]) {
    const plan = await db.query<{ 'QUERY PLAN': string }>(
      `explain select currency, amount, created_at from payments.payments where user_id = $1 and ${condition}`,
      [BOB],
    )
    assert.match(plan.map((row) => row['QUERY PLAN']).join('\n'), /Index Only Scan using payments_sums/)
  }
})

test.run()
