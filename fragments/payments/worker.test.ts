import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openTestDatabase } from '#kit/database.fixture.ts'
import type { Database } from '#kit/database.ts'
import { openLog } from '#kit/log.ts'
import { noNeighbour } from '#kit/mfe.fixture.ts'
import { readTags } from '#kit/tags.ts'
import { inTrace } from '#kit/trace.ts'
import { type Deliver, deliverTo, readOutbox } from '../../hub/deliver.fixture.ts'
import { EVENTS } from '../../hub/events.ts'
import { moveDue, sendDue } from './due.ts'
import * as exported from './fragment.tsx'
import { type PastPayment, submit } from './payments.ts'
import { type Charge, type Psp, type Receipt, StubPsp } from './psp.ts'
import { addHistory, findPayment, listSteps } from './store.ts'
import { paymentsWorker } from './worker.ts'

const { db, close } = await openTestDatabase({ payments: join(import.meta.dirname, 'migrations') })
const user = randomUUID()
const COMPLETED = ['submitted', 'processing', 'completed']
const DONE = { kind: 'done' } as const

test.after(close)

/** Counts the calls for each reference. */
class NotedPsp implements Psp {
  readonly calls = new Map<string, number>()
  readonly #psp: Psp
  constructor(psp: Psp = new StubPsp(0.001)) {
    this.#psp = psp
  }
  async charge(charge: Charge, signal: AbortSignal): Promise<Receipt> {
    this.calls.set(charge.reference, (this.calls.get(charge.reference) ?? 0) + 1)
    return this.#psp.charge(charge, signal)
  }
}

function workerOf(psp: Psp = new StubPsp(0.001)): Deliver {
  return deliverTo(paymentsWorker(psp), db)
}

/** Lines of the log from `warn` on. */
function openNoted() {
  const lines: Record<string, unknown>[] = []
  return { lines, log: openLog('warn', undefined, { write: (line) => void lines.push(JSON.parse(line)) }) }
}

async function submitted(amount: number): Promise<string> {
  const order = { amount, currency: 'EUR', payee: 'Stadsfiets', description: '' } as const
  return (await submit(db, user, order, randomUUID())).payment.id
}

/** A payment that waits to be sent: its time to cancel is over. */
async function underWay(amount = 1_250): Promise<string> {
  const id = await submitted(amount)
  await db.query("update payments.payments set due_at = now() - interval '1 second' where id = $1", [id])
  await moveDue(db)
  return id
}

/** Many at once, due in an order that has nothing to do with whose they are. */
async function addDue(count: number, people: readonly string[]): Promise<string[]> {
  const payments = Array.from({ length: count }, (_, index): PastPayment => {
    const order = { amount: 10_000 + index, currency: 'EUR', payee: 'Stadsfiets', description: '' } as const
    const userId = people[(index * 5) % people.length] ?? user
    const dueAt = new Date(Date.now() - 1 - Math.random() * 60_000)
    return { ...order, id: randomUUID(), userId, state: 'submitted', reason: null, createdAt: new Date(), dueAt }
  })
  await addHistory(db, payments)
  return payments.map(({ id }) => id)
}

async function publishedOf(id: string) {
  const events = await readOutbox(db)
  return events.filter(({ subject }) => subject === id).map(({ type, data }) => ({ type, data }))
}

async function typesOf(id: string): Promise<string[]> {
  return (await publishedOf(id)).map(({ type }) => type.replace('payment.', ''))
}

async function statesOf(id: string): Promise<string[]> {
  return (await listSteps(db, id)).map(({ state }) => state)
}

/** Hands a worker the event that says that this payment is to be sent, as it was published. */
async function send(deliver: Deliver, id: string, occasion?: Parameters<Deliver>[3]) {
  const event = (await publishedOf(id)).find(({ type }) => type === 'payment.processing')
  return deliver('payment.processing', id, EVENTS['payment.processing'].data.parse(event?.data), occasion)
}

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('It did not come true.')
    await sleep(5)
  }
}

test('what is due is moved on and published, and what can still be cancelled is not', async () => {
  const [due, early] = [await submitted(1_250), await submitted(1_250)]
  await db.query("update payments.payments set due_at = now() - interval '1 second' where id = $1", [due])
  assert.is(await moveDue(db), 1)
  assert.is(await moveDue(db), 0)
  const moved = await findPayment(db, user, due)
  assert.equal([moved?.state, moved?.dueAt], ['processing', null])
  assert.equal(await statesOf(due), ['submitted', 'processing'])
  const data = { userId: user, amount: 1_250, currency: 'EUR', payee: 'Stadsfiets', reason: null }
  assert.equal(await publishedOf(due), [
    { type: 'payment.submitted', data },
    { type: 'payment.processing', data },
  ])
  assert.is((await findPayment(db, user, early))?.state, 'submitted')
  assert.equal(await typesOf(early), ['submitted'])
  await db.query("update payments.payments set state = 'failed', due_at = null where id = $1", [early])
})

test('several rounds at once share what is due, each payment moved and published once, and none waits for another', async () => {
  const ids = await addDue(
    500,
    Array.from({ length: 8 }, () => randomUUID()),
  )
  const moved = await Promise.all(Array.from({ length: 4 }, () => moveDue(db)))
  // Whoever comes while others hold all that is left finds nothing; the next round does.
  let rest = 0
  for (let more = await moveDue(db); more > 0; more = await moveDue(db)) rest += more
  assert.is(
    moved.reduce((sum, one) => sum + one, rest),
    ids.length,
  )
  const published = (await readOutbox(db)).filter(({ type, subject }) => {
    return type === 'payment.processing' && ids.includes(subject)
  })
  assert.equal(published.map(({ subject }) => subject).sort(), ids.sort())
})

test('the job goes on after a failure, and ends at once when it is told to', async () => {
  const { lines, log } = openNoted()
  const id = await submitted(1_250)
  await db.query("update payments.payments set due_at = now() - interval '1 second' where id = $1", [id])
  let rounds = 0
  const sometimes: Database = {
    ...db,
    transaction(work) {
      rounds += 1
      return rounds === 1 ? Promise.reject(new Error('the database is away')) : db.transaction(work)
    },
  }
  const controller = new AbortController()
  const done = sendDue.run({ db: sometimes, ask: noNeighbour, log, signal: controller.signal })
  await until(async () => (await findPayment(db, user, id))?.state === 'processing')
  controller.abort()
  assert.is(await Promise.race([done.then(() => 'ended'), sleep(2_000, 'still there')]), 'ended')
  assert.is(lines.length, 1)
  assert.match(JSON.stringify(lines), 'the database is away')
  assert.equal(await typesOf(id), ['submitted', 'processing'])
})

test('every outcome can be reached by the amount, and is published with its reason', async () => {
  const deliver = workerOf(new StubPsp(0.01))
  const ids = await Promise.all([1250, 1213, 1266, 1299].map(underWay))
  for (const verdict of await Promise.all(ids.map((id) => send(deliver, id)))) assert.equal(verdict, DONE)
  const payments = await Promise.all(ids.map((id) => findPayment(db, user, id)))
  const ends = [
    ['completed', null],
    ['failed', 'There is not enough money on your account.'],
    ['failed', 'The payee’s bank refused it.'],
    ['completed', null],
  ]
  assert.equal(
    payments.map((payment) => [payment?.state, payment?.reason]),
    ends,
  )
  for (const [index, id] of ids.entries()) {
    const [state, reason] = ends[index] ?? []
    const expected = ['submitted', 'processing', state]
    assert.equal(await statesOf(id), expected)
    const events = await publishedOf(id)
    assert.equal(
      events.map(({ type }) => type),
      expected.map((step) => `payment.${step}`),
    )
    const { amount, currency, payee } = payments[index] ?? {}
    assert.equal(events.at(-1)?.data, { userId: user, amount, currency, payee, reason })
  }
})

test('whatever happens to a payment, and whoever does it, belongs to the trace of the click that it came from', async () => {
  const click = '0af7651916cd43dd8448eb211c80319c'
  const id = await inTrace(click, () => submitted(1_250))
  const other = await submitted(1_250)
  await db.query("update payments.payments set due_at = now() - interval '1 second' where id = any($1)", [[id, other]])
  await inTrace('f'.repeat(32), () => moveDue(db))
  const deliver = workerOf()
  for (const one of [id, other]) assert.equal(await send(deliver, one), DONE)
  const tracesOf = async (one: string) => {
    const events = (await readOutbox(db)).filter(({ subject }) => subject === one)
    assert.is(events.length, 3)
    return new Set(events.map(({ traceparent }) => traceparent.split('-')[1]))
  }
  assert.equal(await tracesOf(id), new Set([click]))
  const others = await tracesOf(other)
  assert.is(others.size, 1, 'one that nobody clicked for has a trace of its own')
  assert.not(others.has(click))
})

test('several workers share the work: each payment is charged once, and none waits for another', async () => {
  const { lines, log } = openNoted()
  const people = Array.from({ length: 8 }, () => randomUUID())
  const ids = await addDue(60, people)
  await moveDue(db)
  const psp = new NotedPsp()
  const workers = Array.from({ length: 4 }, () => deliverTo(paymentsWorker(psp), db, log))
  const verdicts = await Promise.all(ids.map((id, index) => send(workers[index % 4] ?? workerOf(), id)))
  assert.ok(verdicts.every(({ kind }) => kind === 'done'))
  assert.equal([...psp.calls.keys()].sort(), [...ids].sort())
  assert.ok([...psp.calls.values()].every((count) => count === 1))
  assert.equal(lines, [])
})

test('the same event twice has one effect, and asks the provider once', async () => {
  const id = await underWay()
  const psp = new NotedPsp()
  const deliver = workerOf(psp)
  const event = randomUUID()
  for (let time = 0; time < 2; time++) assert.equal(await send(deliver, id, { id: event }), DONE)
  assert.is(psp.calls.get(id), 1)
  assert.equal(await statesOf(id), COMPLETED)
  assert.equal(await typesOf(id), COMPLETED)
})

test('a payment whose worker was killed after it asked is taken up again, with the same reference', async () => {
  const id = await underWay()
  const psp = new NotedPsp()
  const killed: Database = { ...db, transaction: () => Promise.reject(new Error('killed')) }
  const event = randomUUID()
  const first = await send(deliverTo(paymentsWorker(psp), killed), id, { id: event })
  assert.equal(first, { kind: 'retry', reason: 'Error: killed' })
  assert.is((await findPayment(db, user, id))?.state, 'processing')
  assert.equal(await send(workerOf(psp), id, { id: event }), DONE)
  assert.is(psp.calls.get(id), 2)
  assert.equal(await statesOf(id), COMPLETED)
  assert.equal(await typesOf(id), COMPLETED)
})

test('two workers on one payment, handed out twice or replayed: one end, one step, one event', async () => {
  for (const replay of ['', 'again']) {
    const id = await underWay()
    const both = Promise.withResolvers<void>()
    const stub = new StubPsp(0.001)
    const psp = new NotedPsp({
      async charge(charge, signal) {
        if (psp.calls.get(id) === 2) both.resolve()
        await both.promise
        return stub.charge(charge, signal)
      },
    })
    const event = randomUUID()
    const verdicts = await Promise.all([
      send(workerOf(psp), id, { id: event }),
      send(workerOf(psp), id, { id: event, replay }),
    ])
    assert.equal(verdicts, [DONE, DONE])
    assert.is(psp.calls.get(id), 2)
    assert.equal(await statesOf(id), COMPLETED)
    assert.equal(await typesOf(id), COMPLETED)
  }
})

test('an event of a settled payment that is replayed changes nothing, whatever the provider says now', async () => {
  const never: Psp = { charge: async () => ({ outcome: 'failed', reference: 'x', reason: 'Never.' }) }
  for (const amount of [1_250, 1_213]) {
    const id = await underWay(amount)
    const event = randomUUID()
    await send(workerOf(), id, { id: event })
    const tags = [`payments:${user}`, `payment:${id}`]
    const look = async () => [
      await findPayment(db, user, id),
      await listSteps(db, id),
      await publishedOf(id),
      await readTags(db, tags),
    ]
    const before = await look()
    for (const replay of ['one', 'two', 'two']) {
      assert.equal(await send(workerOf(never), id, { id: event, replay }), DONE)
    }
    assert.equal(await look(), before)
  }
})

test('a provider that is away delays a payment and loses nothing', async () => {
  const id = await underWay()
  let away = true
  const stub = new StubPsp(0.001)
  const deliver = workerOf({
    charge: (charge, signal) => (away ? Promise.reject(new Error('unreachable')) : stub.charge(charge, signal)),
  })
  const event = randomUUID()
  // However often: it is not the payment's fault, and no attempt of it.
  for (let time = 0; time < 10; time++) {
    const later = { kind: 'later', reason: 'Away: The payment provider did not answer.' }
    assert.equal(await send(deliver, id, { id: event }), later)
    assert.is((await findPayment(db, user, id))?.state, 'processing')
    assert.equal(await typesOf(id), ['submitted', 'processing'])
  }
  away = false
  assert.equal(await send(deliver, id, { id: event }), DONE)
  assert.equal(await statesOf(id), COMPLETED)
  assert.equal(await typesOf(id), COMPLETED)
})

test('a provider that hangs is given up in time, and an answer that comes later has no effect', async () => {
  const { lines, log } = openNoted()
  const id = await underWay()
  const answer = Promise.withResolvers<Receipt>()
  let given: AbortSignal | undefined
  const hanging: Psp = {
    charge(_, signal) {
      given = signal
      return answer.promise
    },
  }
  const event = randomUUID()
  const verdict = await send(deliverTo(paymentsWorker(hanging), db, log, 50), id, { id: event })
  assert.equal(verdict, { kind: 'retry', reason: 'DeadlineExceeded: No answer within 50 ms.' })
  assert.ok(given?.aborted)
  assert.is(lines[0]?.msg, 'an event was not handled')
  assert.is(lines[0]?.subject, id)
  answer.resolve({ outcome: 'failed', reference: 'late', reason: 'Too late.' })
  // All that waited for the answer runs before this.
  await new Promise((resolve) => setImmediate(resolve))
  assert.is((await findPayment(db, user, id))?.state, 'processing')
  assert.equal(await db.query('select from hub.inbox where event = $1', [event]), [])
  assert.equal(await send(workerOf(), id, { id: event }), DONE)
  assert.is((await findPayment(db, user, id))?.state, 'completed')
  assert.equal(await typesOf(id), COMPLETED)
})

test('what is settled and its event are written together or not at all', async () => {
  const id = await underWay()
  const event = randomUUID()
  await db.query("alter table hub.outbox add constraint refused check (type <> 'payment.completed') not valid")
  const verdict = await send(workerOf(), id, { id: event })
  await db.query('alter table hub.outbox drop constraint refused')
  assert.is(verdict.kind, 'retry')
  assert.is((await findPayment(db, user, id))?.state, 'processing')
  assert.equal(await statesOf(id), ['submitted', 'processing'])
  assert.equal(await send(workerOf(), id, { id: event }), DONE)
  assert.equal(await typesOf(id), COMPLETED)
})

test('housekeeping ends at once when it is told to', async () => {
  const controller = new AbortController()
  const { log } = openNoted()
  const done = exported.housekeeping.run({ db, ask: noNeighbour, log, signal: controller.signal })
  controller.abort()
  assert.is(await Promise.race([done.then(() => 'ended'), sleep(2_000, 'still there')]), 'ended')
})

test.run()
