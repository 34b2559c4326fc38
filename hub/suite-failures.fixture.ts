/** What every hub promises of what goes wrong: it is tried again, named, and holds up nobody else. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { Away } from './consumer.ts'
import type { Sealed } from './envelope.ts'
import { completed, PAYMENT } from './lab.fixture.ts'
import { CONSUMERS_OF_COMPLETED, FAST, type SuiteTools } from './suite-tools.fixture.ts'

export function testFailures({ test, lab, sendRaw, reasonsOf, outboxRows }: SuiteTools): void {
  test('what waits for something that is away waits as long as it takes, and is no dead letter', async () => {
    let times = 0
    await lab.consume('admin', async () => {
      times += 1
      if (times <= FAST.retrySeconds.length + 3) throw new Away('The provider is on holiday.')
    })
    await sendRaw('payments', lab.sign('payments', {}))
    await lab.untilEffects('admin', 1)
    assert.equal(await reasonsOf('admin'), [])
  })

  test('a failure is tried again after longer and longer pauses, and has one effect', async () => {
    const times: number[] = []
    await lab.consume('admin', async () => {
      times.push(performance.now())
      if (times.length < 3) throw new Error('Not yet.')
    })
    await sendRaw('payments', lab.sign('payments', {}))
    await lab.until(async () => times.length === 3)
    await lab.untilEffects('admin', 1)
    const [first = 0, second = 0, third = 0] = times
    // With its jitter a pause is a fifth shorter at most.
    assert.ok(second - first >= 235, `${second - first} ms`)
    assert.ok(third - second >= 475, `${third - second} ms`)
    assert.equal(await reasonsOf('admin'), [])
  })

  test('what always fails becomes a dead letter with its reason, and holds up nobody', async () => {
    await lab.consume('admin', async (_, { subject }) => {
      if (subject === 'poison') throw new Error('I cannot bear this one.')
    })
    await sendRaw('payments', lab.sign('payments', { subject: 'poison' }), lab.sign('payments', { subject: 'good' }))
    await lab.until(async () => (await reasonsOf('admin')).length === 1)
    const [reason = ''] = await reasonsOf('admin')
    assert.match(reason, /3 attempts failed.*I cannot bear this one/)
    const effects = await lab.effects('admin')
    assert.equal(
      effects.map(({ subject }) => subject),
      ['good'],
    )
  })

  test('a consumer that hangs is given up; what it wrote is undone, and what it writes later is refused', async () => {
    const late: string[] = []
    let times = 0
    await lab.consume('admin', async (sql) => {
      times += 1
      if (times > 1) return
      await sleep(1_500)
      await sql.query('select 1').then(
        () => late.push('written'),
        (error: Error) => late.push(error.message),
      )
    })
    await sendRaw('payments', lab.sign('payments', {}))
    const effects = await lab.untilEffects('admin', 1)
    assert.is(effects.length, 1)
    await lab.until(async () => late.length === 1)
    assert.match(late[0] ?? '', /over/)
    assert.ok(times >= 2)
  })

  test('what is no event of ours is a dead letter that says why', async () => {
    const good = lab.sign('payments', {})
    const altered = { ...good, id: randomUUID(), body: good.body.replace('1250', '9950') }
    const bad: [sent: Sealed, why: RegExp][] = [
      [{ ...good, body: 'What is this?' }, /no JSON/],
      [{ ...good, body: '{"specversion":"0.3"}' }, /no event/],
      [altered, /signature is not of payments/],
      [lab.sign('payments', { source: '/auth' }), /signature is not of auth/],
      [lab.sign('auth', {}), /auth may not publish payment\.completed/],
      [lab.sign('payments', { type: 'constructor' }), /Nobody here knows events "constructor"/],
      [lab.sign('payments', { sequence: '9'.repeat(20) }), /sequence 9{20} is none of ours/],
      [lab.sign('payments', { type: 'payment.exploded' }), /Nobody here knows events "payment\.exploded"/],
      [
        lab.sign('payments', { data: { ...PAYMENT, amount: '12.50' } }),
        /data is not that of payment\.completed: amount/,
      ],
      [lab.sign('payments', { dataschema: 'urn:selvedge:payment.completed:9' }), /version 9.*knows 1/],
    ]
    await lab.consume('admin')
    // Each under the name of an event that its sender may publish: what is inside is nobody's business on the way.
    const sent = bad.map(([message]) => ({ ...message, type: 'payment.completed' }))
    for (const message of sent) await sendRaw('payments', { ...message, id: randomUUID() })
    await lab.until(async () => (await reasonsOf('admin')).length === bad.length)
    const reasons = await reasonsOf('admin')
    for (const [, why] of bad)
      assert.ok(
        reasons.some((reason) => why.test(reason)),
        `${why}: ${reasons.join('\n')}`,
      )
    assert.equal(await lab.effects('admin'), [])
  })

  test('an event signed by one service and sent by another is nobody’s', async () => {
    await lab.consume('admin')
    const stolen = lab.sign('payments', {})
    const [refusal] = await sendRaw('auth', { ...stolen, type: 'user.signed-in', source: 'auth' })
    assert.is(refusal, undefined, 'what is inside is nobody’s business on the way')
    await lab.until(async () => (await reasonsOf('admin')).length === 1)
    assert.match((await reasonsOf('admin'))[0] ?? '', /from payments, and auth has sent it/)
    assert.equal(await lab.effects('admin'), [])
  })

  test('a service that publishes what it may not is refused, and its neighbours in the batch are not', async () => {
    const [first, second, third] = await sendRaw(
      'payments',
      lab.sign('payments', { subject: 'one' }),
      lab.sign('payments', { type: 'user.locked' }),
      lab.sign('payments', { subject: 'three' }),
    )
    assert.is(first, undefined)
    assert.match(second ?? '', /payments may not publish user\.locked/)
    assert.is(third, undefined)
    await lab.consume('admin')
    await lab.untilEffects('admin', 2)
  })

  test('an event that is too large is refused', async () => {
    const [refusal] = await sendRaw(
      'payments',
      lab.sign('payments', { data: { ...PAYMENT, payee: 'x'.repeat(70_000) } }),
    )
    assert.match(refusal ?? '', /larger than/)
  })

  test('a full queue refuses, the outbox keeps, and all arrive once there is room', async () => {
    await lab.relay('payments')
    await lab.publishPayments(Array.from({ length: 100 }, (_, index) => completed(`s${index}`)))
    await lab.until(async () => (await outboxRows()).some(({ refusal }) => refusal !== null), 'a refusal')
    const [row] = (await outboxRows()).filter(({ refusal }) => refusal !== null)
    assert.ok(row?.refusal, 'the reason is kept for operators')
    assert.ok((await outboxRows()).length > 0)
    await Promise.all(CONSUMERS_OF_COMPLETED.map((service) => lab.consume(service)))
    for (const service of CONSUMERS_OF_COMPLETED) {
      const effects = await lab.untilEffects(service, 100)
      assert.is(new Set(effects.map(({ event }) => event)).size, 100)
      assert.is(effects.length, 100)
    }
    await lab.until(async () => (await outboxRows()).length === 0)
  })

  test('a consumer whose queue is full holds up its own events, and those of nobody else', async () => {
    await lab.relay('payments')
    await lab.publishPayments(Array.from({ length: 300 }, (_, index) => completed(`s${index}`)))
    await lab.until(async () => (await outboxRows()).some(({ refusal }) => refusal !== null), 'a refusal')
    await lab.consume('admin')
    await lab.consume('payments')
    await lab.publishPayments([{ type: 'payment.processing', subject: 'urgent', data: PAYMENT }])
    const [urgent] = await lab.untilEffects('payments', 1)
    assert.is(urgent?.subject, 'urgent')
    assert.ok((await outboxRows()).length > 0, 'notifications are still full')
    await lab.consume('notifications')
    for (const service of CONSUMERS_OF_COMPLETED) {
      await lab.until(async () => (await lab.effects(service)).length >= 300, `300 effects of ${service}`)
    }
    await lab.until(async () => (await outboxRows()).length === 0)
    assert.is((await lab.effects('notifications')).length, 300)
  })

  test('a slow consumer slows nobody else', async () => {
    await lab.relay('payments')
    const gate = Promise.withResolvers<void>()
    await lab.consume('notifications', () => gate.promise, { atOnce: 1 })
    await lab.consume('admin')
    await lab.publishPayments(Array.from({ length: 20 }, (_, index) => completed(`s${index}`)))
    await lab.untilEffects('admin', 20)
    assert.equal(await lab.effects('notifications'), [])
    gate.resolve()
    await lab.untilEffects('notifications', 20)
  })
}
