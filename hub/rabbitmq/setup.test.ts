import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openLog } from '#kit/log.ts'
import { RIGHTS, type Rights } from '../rights.ts'
import { failureOf, openTestBroker } from './broker.fixture.ts'
import { openManagement } from './management.ts'
import { setUpRabbit } from './setup.ts'

const test = suite('hub/rabbitmq/setup')
const broker = await openTestBroker({ retrySeconds: [0.2, 0.4], queueLimit: 50, mostLost: 3 })
test.after(() => broker.close())

/** Rights with other consumers of one type. */
function withConsumers(type: string, consumers: readonly string[]): Rights {
  const definition = RIGHTS.events[type]
  if (!definition) throw new Error(`There is no ${type}.`)
  return { events: { ...RIGHTS.events, [type]: { ...definition, consumers } } }
}

test('a second time it makes nothing, and does not wait', async () => {
  const before = performance.now()
  assert.equal(await broker.setUp(), { made: [], removed: [] })
  assert.ok(performance.now() - before < 3_000)
})

test('who no longer consumes a type is unbound from it; whoever does now is bound', async () => {
  const moved = withConsumers('user.signed-in', ['admin', 'profile'])
  const wanted = 'ev user.signed-in -> profile.in'
  const stale = 'ev user.signed-in -> notifications.in'
  assert.equal(await broker.setUp(moved), { made: [wanted], removed: [stale] })
  assert.equal(await broker.setUp(), { made: [stale], removed: [wanted] })
})

test('a service that is no longer there may nothing any more', async () => {
  const { 'rates.changed': gone, ...events } = RIGHTS.events
  assert.ok(gone)
  assert.equal((await broker.setUp({ events })).removed, ['hub.rates'])
  assert.match(await failureOf(broker.open('rates')), /does not let "hub\.rates" into "tests"/)
  await broker.setUp()
  await (await broker.open('rates')).close()
})

test('another ladder gets queues of its own, which settle first', async () => {
  const before = performance.now()
  const { made } = await broker.setUp(RIGHTS, { ...broker.options, retrySeconds: [0.2, 0.7] })
  assert.ok(performance.now() - before > 5_000)
  assert.ok(made.includes('admin.retry.0.7s'))
  assert.not(made.includes('admin.retry.0.2s'))
  assert.ok(made.includes('retry admin.retry.0.7s -> admin.retry.0.7s'))
})

test('a queue that is there with other arguments is named, with what to do', async () => {
  const message = await failureOf(broker.setUp(RIGHTS, { ...broker.options, queueLimit: 51 }))
  assert.match(message, /queue admin\.in is there with other arguments.*x-max-length.*'51'.*'50'/)
  assert.match(message, /rabbitmqctl -p tests delete_queue admin\.in/)
})

test('a wrong password and a broker that is not there are said clearly', async () => {
  const { url, keys, options } = broker
  const setUp = (management: string, given = keys) =>
    setUpRabbit({ url, management, keys: given, rights: RIGHTS, options, log: openLog('silent') })
  const wrong = new URL(broker.management)
  wrong.password = 'wrong'
  assert.match(await failureOf(setUp(wrong.href)), /does not accept the password of "admin"/)
  assert.match(await failureOf(setUp('http://admin:x@127.0.0.1:1')), /does not answer at http:\/\/127\.0\.0\.1:1\./)
  assert.match(await failureOf(setUp(broker.management, { ...keys, passwords: {} })), /no password of admin/)
})

for (const queue of ['notifications.in', 'ev.log']) {
  test(`a broker without ${queue} is not sent to, and says so: it would confirm for the other queues alone`, async () => {
    const admin = openManagement(broker.management)
    await admin.remove(['queues', 'tests', queue])
    const hub = await broker.open('payments')
    const [refusal] = await hub.send([broker.sign('payments', 'payment.completed')])
    assert.match(refusal ?? '', new RegExp(`not set up: .*${queue}.*npm run hub -- setup`))
    await broker.setUp()
    assert.equal(await hub.send([broker.sign('payments', 'payment.completed')]), [undefined])
  })
}

test.run()
