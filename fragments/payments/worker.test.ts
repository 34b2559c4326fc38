import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openTestDatabase } from '#kit/database.fixture.ts'
import { openLog } from '#kit/log.ts'
import { submit } from './payments.ts'
import { type Charge, type Psp, type Receipt, StubPsp } from './psp.ts'
import { claimDue, findPayment, listSteps } from './store.ts'
import { processPayments } from './worker.ts'

const { db, close } = await openTestDatabase({ payments: join(import.meta.dirname, 'migrations') })
const log = openLog('silent', 'test')
const user = randomUUID()

test.after(close)

/** Counts the calls for each reference. */
class NotedPsp implements Psp {
  readonly calls = new Map<string, number>()
  readonly #psp: Psp
  constructor(psp: Psp) {
    this.#psp = psp
  }
  async charge(charge: Charge, signal: AbortSignal): Promise<Receipt> {
    this.calls.set(charge.reference, (this.calls.get(charge.reference) ?? 0) + 1)
    return this.#psp.charge(charge, signal)
  }
}

async function submitDue(amount: number, userId: string = user): Promise<string> {
  const { payment } = await submit(
    db,
    userId,
    { amount, currency: 'EUR', payee: 'Stadsfiets', description: '' },
    randomUUID(),
  )
  await db.query('update payments.payments set due_at = now() where id = $1', [payment.id])
  return payment.id
}

/** Runs workers until nothing is under way. */
async function runUntilSettled(psp: Psp, workers = 1, to = log): Promise<void> {
  const controller = new AbortController()
  const deps = { db, log: to, signal: controller.signal }
  const running = Array.from({ length: workers }, () => processPayments(deps, psp))
  for (;;) {
    const [row] = await db.query<{ count: number }>('select count(*) from payments.payments where due_at is not null')
    if (row?.count === 0) break
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  controller.abort()
  await Promise.all(running)
}

test('every outcome can be reached by the amount', async () => {
  const ids = await Promise.all([1250, 1213, 1266, 1299].map((amount) => submitDue(amount)))
  await runUntilSettled(new StubPsp(0.01))
  const payments = await Promise.all(ids.map((id) => findPayment(db, user, id)))
  assert.equal(
    payments.map((payment) => [payment?.state, payment?.reason]),
    [
      ['completed', null],
      ['failed', 'There is not enough money on your account.'],
      ['failed', 'The payee’s bank refused it.'],
      ['completed', null],
    ],
  )
  const steps = await listSteps(db, ids[0] ?? '')
  assert.equal(
    steps.map(({ state }) => state),
    ['submitted', 'processing', 'completed'],
  )
})

test('several workers share the work: each payment is charged once', async () => {
  const ids = await Promise.all(Array.from({ length: 60 }, (_, index) => submitDue(10_000 + index)))
  const psp = new NotedPsp(new StubPsp(0.001))
  await runUntilSettled(psp, 4)
  assert.equal([...psp.calls.keys()].sort(), [...ids].sort())
  assert.ok([...psp.calls.values()].every((count) => count === 1))
})

test('workers that take payments of the same people do not wait for each other', async () => {
  const complaints: string[] = []
  const noted = openLog('warn', undefined, { write: (line) => void complaints.push(line) })
  const people = Array.from({ length: 8 }, () => randomUUID())
  await Promise.all(Array.from({ length: 160 }, (_, index) => submitDue(1250, people[(index * 5) % people.length])))
  // In an order that differs from worker to worker, as it does when people send payments at random.
  await db.query(
    "update payments.payments set due_at = now() - random() * interval '1 minute' where due_at is not null",
  )
  await runUntilSettled(new StubPsp(0.001), 4, noted)
  assert.equal(complaints, [])
})

test('a payment whose worker was killed is taken up again, with the same reference', async () => {
  const id = await submitDue(1250)
  await db.transaction((sql) => claimDue(sql, 1, 0.05))
  assert.is((await findPayment(db, user, id))?.state, 'processing')
  const psp = new NotedPsp(new StubPsp(0.001))
  await runUntilSettled(psp)
  assert.is(psp.calls.get(id), 1)
  assert.is((await findPayment(db, user, id))?.state, 'completed')
})

test('a lease that has not run out is respected', async () => {
  const id = await submitDue(1250)
  await db.transaction((sql) => claimDue(sql, 1, 30))
  const claimed = await db.transaction((sql) => claimDue(sql, 100, 30))
  // Those of other tests may have come due meanwhile.
  assert.not(claimed.some((payment) => payment.id === id))
  await db.query('update payments.payments set due_at = now() where id = $1', [id])
  await runUntilSettled(new StubPsp(0.001))
})

test('two workers on one payment, since a lease was too short: one end, one step', async () => {
  const id = await submitDue(1250)
  const controller = new AbortController()
  const deps = { db, log, signal: controller.signal }
  const psp = new NotedPsp(new StubPsp(0.9))
  const running = [processPayments(deps, psp, 0.1), processPayments(deps, psp, 0.1)]
  while ((await findPayment(db, user, id))?.dueAt) await new Promise((resolve) => setTimeout(resolve, 20))
  controller.abort()
  await Promise.all(running)
  assert.ok((psp.calls.get(id) ?? 0) > 1)
  assert.equal(
    (await listSteps(db, id)).map(({ state }) => state),
    ['submitted', 'processing', 'completed'],
  )
})

test('a provider that is away delays a payment and loses nothing', async () => {
  const id = await submitDue(1250)
  let away = true
  const stub = new StubPsp(0.001)
  const flaky: Psp = {
    charge: (charge, signal) => (away ? Promise.reject(new Error('unreachable')) : stub.charge(charge, signal)),
  }
  const controller = new AbortController()
  const running = processPayments({ db, log, signal: controller.signal }, flaky, 0.2)
  while ((await findPayment(db, user, id))?.state !== 'processing')
    await new Promise((resolve) => setTimeout(resolve, 20))
  away = false
  while ((await findPayment(db, user, id))?.state !== 'completed')
    await new Promise((resolve) => setTimeout(resolve, 20))
  controller.abort()
  await running
})

test('asked to stop, a worker finishes what it holds', async () => {
  const id = await submitDue(1250)
  const controller = new AbortController()
  const running = processPayments({ db, log, signal: controller.signal }, new StubPsp(0.2))
  while ((await findPayment(db, user, id))?.state === 'submitted')
    await new Promise((resolve) => setTimeout(resolve, 5))
  controller.abort()
  await running
  assert.is((await findPayment(db, user, id))?.state, 'completed')
})

test.run()
