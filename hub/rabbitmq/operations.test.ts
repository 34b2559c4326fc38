import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openLog } from '#kit/log.ts'
import type { Delivery, Logged, Verdict } from '../hub.ts'
import { RIGHTS } from '../rights.ts'
import { failureOf, openTestBroker, until } from './broker.fixture.ts'
import { openRabbitOperations } from './operations.ts'

const test = suite('hub/rabbitmq/operations')
const broker = await openTestBroker({ retrySeconds: [0.2], queueLimit: 20, mostLost: 3 })
const { sign } = broker
const operations = await broker.operations()
const payments = await broker.open('payments')

test.before.each(() => broker.purge())
test.after(() => broker.close())

async function read(...selection: Parameters<typeof operations.readLog>): Promise<Logged[]> {
  const logged: Logged[] = []
  for await (const entry of operations.readLog(...selection)) logged.push(entry)
  return logged
}

const subjectsOf = (logged: readonly { body: string }[]) => logged.map(({ body }) => JSON.parse(body).subject)

/** Consumes as `admin` until it is stopped; what comes is kept. */
async function collect(decide: (delivery: Delivery) => Verdict = () => ({ kind: 'done' })) {
  const deliveries: Delivery[] = []
  const hub = await broker.open('admin')
  await hub.consume(5, async (delivery) => {
    deliveries.push(delivery)
    return decide(delivery)
  })
  return { deliveries, stop: hub.close }
}

/** Dead letters of `admin` about these subjects. */
async function bury(...subjects: string[]): Promise<void> {
  const { stop } = await collect(() => ({ kind: 'dead', reason: 'No.' }))
  for (const subject of subjects) {
    assert.equal(await payments.send([sign('payments', 'payment.submitted', subject)]), [undefined])
    await until(async () => subjectsOf(await operations.deadLetters('admin')).includes(subject))
  }
  await stop()
}

test('a log in which nothing is has an end', async () => {
  const before = performance.now()
  assert.equal(await read({}), [])
  assert.ok(performance.now() - before < 2_000)
})

test('the log has each event once though it was sent twice, in order, and what is no event not at all', async () => {
  const events = ['a', 'b', 'c'].map((subject) => sign('payments', 'payment.submitted', subject))
  await payments.send(events)
  await payments.send(events)
  const channel = await broker.connect('operator').acquire()
  await channel.confirmSelect()
  await channel.basicPublish({ routingKey: 'ev.log', durable: true }, Buffer.from(events[0]?.body ?? ''))
  await channel.close()
  const logged = await read({})
  assert.equal(subjectsOf(logged), ['a', 'b', 'c'])
  assert.ok(logged.every(({ at }) => Math.abs(Date.now() - at.getTime()) < 5_000))
  assert.equal(subjectsOf(await read({ subject: 'b' })), ['b'])
  assert.equal(await read({ type: 'payment.completed' }), [])
})

test('the log is read by time to the millisecond', async () => {
  await payments.send([sign('payments', 'payment.submitted', 'early')])
  await new Promise((resolve) => setTimeout(resolve, 20))
  const between = new Date()
  await payments.send([sign('payments', 'payment.submitted', 'late')])
  const subjects = async (selection: Parameters<typeof operations.readLog>[0]) => subjectsOf(await read(selection))
  assert.equal(await subjects({ from: between }), ['late'])
  assert.equal((await subjects({ until: between })).at(-1), 'early')
  assert.equal(await subjects({ from: new Date(Date.now() + 60_000) }), [])
})

test('who follows the log gets what is sent from then on, also after a lost connection, until they leave', async () => {
  await payments.send([sign('payments', 'payment.submitted', 'before')])
  const leaving = new AbortController()
  const logged: Logged[] = []
  const following = (async () => {
    for await (const entry of operations.tail(leaving.signal)) logged.push(entry)
  })()
  let sent = 0
  const send = () => payments.send([sign('payments', 'payment.submitted', `live ${sent++}`)])
  await until(async () => {
    await send()
    return logged.length > 0
  })
  broker.proxy.cut()
  await until(async () => (await send())[0] === undefined, 'sending goes on')
  const last = `live ${sent - 1}`
  await until(() => subjectsOf(logged).includes(last), 'the last one')
  leaving.abort()
  await following
  const subjects = subjectsOf(logged)
  assert.not(subjects.includes('before'))
  assert.is(new Set(subjects).size, subjects.length)
})

test('to look at dead letters changes nothing; those that are chosen go back, the others stay in order', async () => {
  await bury('a', 'b', 'c', 'd')
  for (let times = 0; times < 3; times++) {
    assert.equal(subjectsOf(await operations.deadLetters('admin')), ['a', 'b', 'c', 'd'])
  }
  const [first] = await operations.deadLetters('admin')
  assert.is(first?.reason, 'No.')
  assert.is(first?.attempt, 0)
  assert.is(await operations.redrive('admin', ({ body }) => /"subject":"[bd]"/.test(body)), 2)
  assert.equal(subjectsOf(await operations.deadLetters('admin')), ['a', 'c'])
  const { deliveries, stop } = await collect()
  await until(() => deliveries.length === 2)
  assert.equal(
    deliveries.map(({ attempt, sender }) => [attempt, sender]),
    [
      [0, undefined],
      [0, undefined],
    ],
  )
  await stop()
})

test('a letter that dies again is not redriven twice in one go', async () => {
  await bury('a', 'b')
  const { stop } = await collect(() => ({ kind: 'dead', reason: 'Still no.' }))
  assert.is(await operations.redrive('admin', () => true), 2)
  await until(async () => (await operations.deadLetters('admin')).length === 2)
  assert.ok((await operations.deadLetters('admin')).every(({ reason }) => reason === 'Still no.'))
  await stop()
})

test('a redrive that breaks off has lost no letter', async () => {
  await bury('a', 'b', 'c')
  const seen: string[] = []
  const failure = operations.redrive('admin', ({ id }) => {
    seen.push(id)
    if (seen.length === 2) throw new Error('The operator has changed their mind.')
    return true
  })
  assert.match(await failureOf(failure), /changed their mind/)
  assert.equal(subjectsOf(await operations.deadLetters('admin')), ['a', 'b', 'c'])
})

test('letters for a full queue stay where they are', async () => {
  await bury('a')
  await until(async () => {
    const refusals = await payments.send([sign('payments', 'payment.submitted', 'fill')])
    return refusals[0] !== undefined
  }, 'a full queue')
  assert.match(
    await failureOf(operations.redrive('admin', () => true)),
    /0 letters of admin were redriven; the others stay\. .*full/,
  )
  assert.equal(subjectsOf(await operations.deadLetters('admin')), ['a'])
})

test('a letter that a stranger has put among ours is believed nothing', async () => {
  const channel = await broker.connect('payments').acquire()
  await channel.confirmSelect()
  const headers = { CC: ['admin'], 'x-reason': 'Trust me.', 'x-replay': 'forged', 'x-attempt': 3 }
  const { id, body } = sign('payments', 'payment.submitted', 'forged')
  await channel.basicPublish(
    { exchange: 'dead', routingKey: 'payments', userId: 'hub.payments', durable: true, headers },
    Buffer.from(body),
  )
  await channel.close()
  const [letter] = await operations.deadLetters('admin')
  assert.is(letter?.id, id)
  assert.is(letter?.attempt, 0)
  assert.not.match(letter?.reason ?? '', /Trust me/)
  assert.is(await operations.redrive('admin', () => true), 1)
  const { deliveries, stop } = await collect()
  await until(() => deliveries.length === 1)
  assert.is(deliveries[0]?.replay, '')
  await stop()
})

test('a replay keeps its name through retries and dead letters', async () => {
  let mended = false
  const { deliveries, stop } = await collect(() => (mended ? { kind: 'done' } : { kind: 'retry', reason: 'Broken.' }))
  await operations.replay('admin', sign('payments', 'payment.submitted', 'again').body, 'r1')
  await until(async () => (await operations.deadLetters('admin')).length === 1)
  mended = true
  assert.is(await operations.redrive('admin', () => true), 1)
  await until(() => deliveries.length === 3)
  assert.equal(
    deliveries.map(({ attempt, replay, sender }) => [attempt, replay, sender]),
    [
      [0, 'r1', undefined],
      [1, 'r1', undefined],
      [0, 'r1', undefined],
    ],
  )
  await stop()
})

test('a replay waits for a full queue', async () => {
  const bodies = Array.from({ length: 40 }, () => sign('payments', 'payment.submitted', 'again').body)
  const replaying = (async () => {
    for (const body of bodies) await operations.replay('admin', body, 'r2')
  })()
  await until(async () => (await operations.status()).some(({ ready }) => ready > 20))
  const { deliveries, stop } = await collect()
  await replaying
  await until(() => deliveries.length === bodies.length)
  await stop()
})

test('status counts what waits, what pauses and what is dead', async () => {
  await bury('a')
  await payments.send([sign('payments', 'payment.submitted')])
  const rowOf = async (name: string) => (await operations.status()).find(({ consumer }) => consumer === name)
  await until(async () => (await rowOf('admin'))?.ready === 1)
  assert.equal(await rowOf('admin'), { consumer: 'admin', ready: 1, retrying: 0, dead: 1 })
  const { stop } = await collect(() => ({ kind: 'retry', reason: 'Later.' }))
  await until(async () => (await rowOf('admin'))?.retrying === 1, 'one pauses')
  await stop()
})

test('a wrong password and a broker that is not there are said clearly', async () => {
  const given = { rights: RIGHTS, options: broker.options, log: openLog('silent') }
  const wrong = openRabbitOperations({ ...given, url: broker.url, password: 'wrong' })
  assert.match(await failureOf(wrong), /does not accept the password of "hub\.operator"/)
  const nowhere = openRabbitOperations({ ...given, url: 'amqp://127.0.0.1:1/tests', password: 'x' })
  assert.match(await failureOf(nowhere), /does not answer at 127\.0\.0\.1:1/)
})

test.run()
