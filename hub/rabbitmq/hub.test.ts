import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection, Envelope } from 'rabbitmq-client'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Delivery, Verdict } from '../hub.ts'
import { RIGHTS, type Rights } from '../rights.ts'
import { failureOf, openTestBroker, until } from './broker.fixture.ts'
import { openManagement } from './management.ts'

const test = suite('hub/rabbitmq')
const broker = await openTestBroker({ retrySeconds: [0.2, 0.4], queueLimit: 300, mostLost: 3 })
const { sign } = broker
const done: Verdict = { kind: 'done' }

test.before.each(() => broker.purge())
test.after(() => broker.close())

/** What a service that does not use our code gets for an answer. */
async function publishAs(client: Connection, envelope: Envelope, body = '{}'): Promise<string> {
  const channel = await client.acquire({ emitErrorsFromChannel: true })
  channel.on('error', () => {})
  try {
    await channel.confirmSelect()
    await channel.basicPublish({ durable: true, mandatory: true, ...envelope }, Buffer.from(body))
    return 'taken'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    await channel.close()
  }
}

/** Consumes as a service; what comes is kept. */
async function collect(service: string, decide: (delivery: Delivery) => Promise<Verdict> | Verdict = () => done) {
  const deliveries: Delivery[] = []
  const hub = await broker.open(service)
  const subscription = await hub.consume(5, async (delivery) => {
    deliveries.push(delivery)
    return decide(delivery)
  })
  return { deliveries, subscription, hub, stop: () => hub.close() }
}

async function lettersOf(consumer: string) {
  const operations = await broker.operations()
  const letters = await operations.deadLetters(consumer)
  await operations.close()
  return letters
}

/** Rights as a service that has broken loose would have them. */
function lawless(): Rights {
  const everybody = [...new Set(Object.values(RIGHTS.events).flatMap(({ publishers }) => publishers))]
  const events = Object.entries(RIGHTS.events).map(([type, event]) => [type, { ...event, publishers: everybody }])
  return { events: Object.fromEntries(events) }
}

test('the broker itself refuses what the rights do not give', async () => {
  const payments = broker.connect('payments')
  const own = { exchange: 'ev', routingKey: 'payment.completed' }
  assert.is(await publishAs(payments, own), 'taken')
  const refusals: [what: Envelope, why: RegExp][] = [
    [{ ...own, routingKey: 'user.locked' }, /ACCESS_REFUSED.*user\.locked/],
    [{ ...own, userId: 'hub.auth' }, /user_id.*hub\.auth/],
    [{ routingKey: 'payments.in' }, /ACCESS_REFUSED/],
    [{ routingKey: 'ev.log' }, /ACCESS_REFUSED/],
    [{ exchange: 'retry', routingKey: 'admin.retry.0.2s' }, /ACCESS_REFUSED/],
    [{ exchange: 'dead', routingKey: 'admin' }, /ACCESS_REFUSED/],
    [{ exchange: 'amq.topic', routingKey: 'payment.completed' }, /ACCESS_REFUSED/],
  ]
  for (const [envelope, why] of refusals) assert.match(await publishAs(payments, envelope), why)
})

test('no service reads another’s queue, the log or dead letters, or changes what there is', async () => {
  const payments = broker.connect('payments')
  const refused = async (what: Promise<unknown>) => assert.match(await failureOf(what), /ACCESS_REFUSED/)
  for (const queue of ['admin.in', 'ev.log', 'payments.dlq', 'admin.retry.0.2s']) {
    await refused(payments.basicGet({ queue }))
  }
  await refused(payments.queueDeclare({ queue: 'mine' }))
  await refused(payments.queueBind({ queue: 'payments.in', exchange: 'ev', routingKey: 'user.#' }))
  await refused(payments.queueDelete({ queue: 'payments.in' }))
  const rates = broker.connect('rates')
  await refused(rates.basicGet('payments.in'))
})

test('a refused event takes its neighbours down at the broker, and they go again', async () => {
  const hub = await broker.open('payments', lawless())
  const types = ['payment.completed', 'user.locked', 'payment.failed', 'user.closed', 'payment.submitted']
  const refusals = await hub.send(types.map((type) => sign('payments', type)))
  assert.equal(
    refusals.map((refusal) => refusal === undefined),
    [true, false, true, false, true],
  )
  assert.match(refusals[1] ?? '', /user\.locked/)
  assert.match(refusals[3] ?? '', /user\.closed/)
  await hub.close()
})

test('by a CC header a service gets into another’s queue, and is believed nothing there', async () => {
  const { deliveries, stop } = await collect('admin')
  const client = broker.connect('payments')
  const forged = { 'x-replay': 'forged', 'x-attempt': 7 }
  const headers = { ...forged, CC: ['admin.retry.0.2s'] }
  const own = { exchange: 'retry', routingKey: 'payments.retry.0.2s', headers }
  assert.is(await publishAs(client, { ...own, userId: 'hub.payments' }), 'taken')
  assert.is(await publishAs(client, own), 'taken')
  await until(() => deliveries.length === 2)
  assert.equal(deliveries.map(({ sender }) => sender).sort(), ['nobody', 'payments'])
  assert.ok(deliveries.every(({ attempt, replay }) => attempt === 0 && replay === ''))
  await stop()
})

test('a delivery tells who has sent it, how often it failed, and nothing else that its sender claims', async () => {
  let failures = 0
  const { deliveries, stop } = await collect('admin', () => {
    failures += 1
    return failures < 3 ? { kind: 'retry', reason: 'Not yet.' } : done
  })
  const event = sign('payments', 'payment.submitted')
  const headers = { 'x-replay': 'forged', 'x-attempt': 1 }
  const to = { exchange: 'ev', routingKey: event.type, userId: 'hub.payments', headers }
  assert.is(await publishAs(broker.connect('payments'), to, event.body), 'taken')
  await until(() => deliveries.length === 3)
  assert.equal(
    deliveries.map(({ attempt, sender, replay }) => [attempt, sender, replay]),
    [
      [0, 'payments', ''],
      [1, undefined, ''],
      [2, undefined, ''],
    ],
  )
  assert.ok(deliveries.every(({ body }) => body === event.body))
  await stop()
})

test('who dies of a message again and again is spared it, and operators are told', async () => {
  let times = 0
  const { stop } = await collect('admin', async () => {
    times += 1
    broker.proxy.cut()
    await sleep(50)
    return done
  })
  const event = sign('payments', 'payment.submitted')
  const to = { exchange: 'ev', routingKey: event.type, userId: 'hub.payments' }
  assert.is(await publishAs(broker.connect('payments'), to, event.body), 'taken')
  await until(async () => (await lettersOf('admin').catch(() => [])).length === 1, 'a dead letter')
  const [letter] = await lettersOf('admin')
  assert.is(letter?.reason, 'It was handed out 3 times and never came back: whoever takes it dies.')
  assert.is(letter?.id, event.id)
  assert.ok(Math.abs(Date.now() - (letter?.at.getTime() ?? 0)) < 20_000)
  assert.is(times, 3)
  await stop()
})

test('what cannot be handed on goes back to its queue, and is not lost in the end', async () => {
  const admin = openManagement(broker.management)
  const key = 'admin.retry.0.2s'
  await admin.remove(['bindings', 'tests', 'e', 'retry', 'q', key, key])
  const { deliveries, stop } = await collect('admin', () => ({ kind: 'retry', reason: 'Later.' }))
  const hub = await broker.open('payments')
  assert.equal(await hub.send([sign('payments', 'payment.submitted')]), [undefined])
  await until(async () => (await lettersOf('admin')).length === 1, 'a dead letter')
  assert.is(deliveries.length, 3)
  assert.ok(broker.lines.some(({ reason }) => /No queue takes it: NO_ROUTE/.test(String(reason))))
  await Promise.all([stop(), hub.close()])
  await broker.setUp()
})

test('a full queue refuses; what others got of it is no loss and no second event', async () => {
  const hub = await broker.open('payments')
  const events = Array.from({ length: 500 }, () => sign('payments', 'payment.completed'))
  const refusals = await hub.send(events)
  const refused = events.filter((_, index) => refusals[index] !== undefined)
  assert.ok(refused.length >= 100 && refused.length <= 200, `${refused.length} refused`)
  assert.match(refusals.at(-1) ?? '', /full/)
  const [admin, notifications] = await Promise.all([collect('admin'), collect('notifications')])
  let left = refused
  await until(async () => {
    const again = await hub.send(left)
    left = left.filter((_, index) => again[index] !== undefined)
    return left.length === 0
  }, 'room')
  for (const { deliveries } of [admin, notifications]) {
    const ids = () => new Set(deliveries.map(({ body }) => JSON.parse(body).id))
    await until(() => ids().size === events.length, 'all events')
  }
  await Promise.all([admin.stop(), notifications.stop(), hub.close()])
})

test('a connection that says nothing more holds nobody up', async () => {
  const hub = await broker.open('payments')
  assert.equal(await hub.send([sign('payments', 'payment.submitted')]), [undefined])
  broker.proxy.freeze()
  const before = performance.now()
  const [refusal] = await hub.send([sign('payments', 'payment.submitted')])
  assert.match(refusal ?? '', /not confirmed it within/)
  assert.ok(performance.now() - before < 7_500)
  broker.proxy.cut()
  broker.proxy.thaw()
  await until(async () => (await hub.send([sign('payments', 'payment.submitted')]))[0] === undefined)
  await hub.close()
})

test('the broker is killed while events are sent and consumed: each that was taken arrives', async () => {
  const { deliveries, stop } = await collect('admin', async () => {
    await sleep(2)
    return Math.random() < 0.1 ? { kind: 'retry', reason: 'By chance.' } : done
  })
  const hub = await broker.open('payments')
  const taken: string[] = []
  let sending = true
  const sender = (async () => {
    while (sending) {
      const events = Array.from({ length: 20 }, () => sign('payments', 'payment.submitted'))
      const refusals = await hub.send(events)
      taken.push(...events.filter((_, index) => refusals[index] === undefined).map(({ id }) => id))
      await sleep(20)
    }
  })()
  await until(() => taken.length > 100)
  await broker.restart()
  const before = taken.length
  await until(() => taken.length > before + 100, 'sending goes on')
  sending = false
  await sender
  const ids = () => new Set(deliveries.map(({ body }) => JSON.parse(body).id))
  await until(() => taken.every((id) => ids().has(id)), 'all that was taken')
  await stop()
  await hub.close()
})

test('a broker that is down is waited for: nothing is taken, and then all is', async () => {
  await broker.kill()
  broker.proxy.cut()
  const hub = await broker.open('payments')
  const consumer = await collect('admin')
  const event = sign('payments', 'payment.submitted')
  const [refusal] = await hub.send([event])
  assert.ok(refusal)
  await broker.start()
  await until(async () => (await hub.send([event]))[0] === undefined, 'the event is taken', 30_000)
  await until(() => consumer.deliveries.length > 0, 'the event arrives', 30_000)
  await consumer.stop()
  await hub.close()
})

test('a wrong password is an error at once, and who may consume nothing is told so', async () => {
  const stranger = await failureOf(broker.open('nobody'))
  assert.match(stranger, /does not accept the password of "hub\.nobody"/)
  const hub = await broker.open('rates')
  assert.match(await failureOf(hub.consume(1, async () => done)), /rates may not consume anything/)
  await hub.close()
})

test.run()
