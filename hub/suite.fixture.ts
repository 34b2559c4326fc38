/** What every hub promises: the one suite, run against each driver. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { inTrace } from '#kit/trace.ts'
import { Away } from './consumer.ts'
import type { Sealed } from './envelope.ts'
import { completed, type Ground, type Lab, openLab, PAYMENT } from './lab.fixture.ts'
import { publisher } from './publish.ts'

/** The options that a ground for this suite is opened with: patience in tenths of a second. */
export const FAST = { retrySeconds: [0.3, 0.6], queueLimit: 40, mostLost: 3, handleSeconds: 1, logDays: 1 }

const CONSUMERS_OF_COMPLETED = ['admin', 'notifications']

export async function testHub(name: string, openGround: () => Promise<Ground>): Promise<void> {
  const test = suite(name)
  const lab: Lab = await openLab(await openGround())

  test.before.each(() => lab.clear())
  test.after.each(() => lab.stopAll())
  test.after(() => lab.close())

  /** Hands messages to the hub as a service that has broken loose would. */
  async function sendRaw(service: string, ...events: Sealed[]): Promise<(string | undefined)[]> {
    const hub = await lab.open(service)
    try {
      return await hub.send(events)
    } finally {
      await hub.close()
    }
  }

  const reasonsOf = async (consumer: string) => {
    const operations = await lab.operations()
    const letters = await operations.deadLetters(consumer)
    await operations.close()
    return letters.map(({ reason }) => reason)
  }

  const outboxRows = () => lab.db.query<{ refusal: string | null }>('select refusal from hub.outbox order by sequence')

  test('what is published in a transaction reaches everybody who consumes it, once, and nobody else', async () => {
    await lab.relay('payments')
    await Promise.all(['admin', 'notifications', 'profile'].map((service) => lab.consume(service)))
    await lab.publishPayments([completed('one'), { type: 'payment.submitted', subject: 'two', data: PAYMENT }])
    const audited = await lab.untilEffects('admin', 2)
    assert.equal(audited.map(({ subject }) => subject).sort(), ['one', 'two'])
    const told = await lab.untilEffects('notifications', 1)
    assert.equal(
      told.map(({ type }) => type),
      ['payment.completed'],
    )
    assert.is(told[0]?.event, audited.find(({ subject }) => subject === 'one')?.event)
    assert.equal(await lab.effects('profile'), [])
    await lab.until(async () => (await outboxRows()).length === 0)
  })

  test('what was rolled back was never published', async () => {
    await lab.relay('payments')
    await lab.consume('admin')
    const publish = publisher('payments')
    const failed = lab.db
      .transaction(async (sql) => {
        await publish(sql, [completed('never')])
        throw new Error('The payment was refused.')
      })
      .catch(() => {})
    await failed
    await lab.publishPayments([completed('after')])
    const effects = await lab.untilEffects('admin', 1)
    assert.equal(
      effects.map(({ subject }) => subject),
      ['after'],
    )
  })

  test('events of a subject come in the order of their sequence, one at a time', async () => {
    await lab.relay('payments')
    for (let round = 0; round < 10; round++) {
      await lab.publishPayments(['a', 'b', 'c'].map((subject) => completed(subject, round + 1)))
    }
    await lab.consume('admin', undefined, { atOnce: 1 })
    const effects = await lab.untilEffects('admin', 30)
    for (const subject of ['a', 'b', 'c']) {
      const sequences = effects.filter((effect) => effect.subject === subject).map(({ sequence }) => sequence)
      assert.equal(
        sequences,
        [...sequences].sort((x, y) => x - y),
      )
      assert.is(sequences.length, 10)
    }
  })

  test('who wants the newest of a subject passes by what is older', async () => {
    const [old, young] = [1, 2].map((sequence) =>
      lab.sign('payments', { sequence: String(sequence).padStart(20, '0') }),
    )
    if (!old || !young) throw new Error('two events')
    await lab.consume('admin', undefined, { latest: true })
    await sendRaw('payments', young)
    await lab.untilEffects('admin', 1)
    await sendRaw('payments', old, lab.sign('payments', { subject: 'p2' }))
    const effects = await lab.untilEffects('admin', 2)
    assert.equal(effects.map(({ event }) => event).includes(old.id), false)
  })

  test('of two at once, the older one never comes after the newer one', async () => {
    const [old, young] = [1, 2].map((sequence) =>
      lab.sign('payments', { sequence: String(sequence).padStart(20, '0') }),
    )
    if (!old || !young) throw new Error('two events')
    const slow = async (_: unknown, { sequence }: { sequence: number }) => {
      if (sequence === 1) await sleep(300)
    }
    await lab.consume('admin', slow, { latest: true })
    await sendRaw('payments', old, young)
    await lab.until(async () => (await lab.db.query('select from hub.inbox')).length === 2, 'both are noted')
    const sequences = (await lab.effects('admin')).map(({ sequence }) => sequence)
    assert.is(sequences.at(-1), 2)
    assert.equal(sequences, [...sequences].sort())
  })

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

  test('an id under another service’s name is another event, and hides nobody’s', async () => {
    const id = randomUUID()
    const closed = { id, type: 'user.closed', subject: 'u1', data: { userId: PAYMENT.userId, role: 'customer' } }
    const updated = { id, type: 'profile.updated', subject: 'u1', data: { userId: PAYMENT.userId, fields: [] } }
    await lab.consume('admin')
    await sendRaw('profile', lab.sign('profile', updated))
    await lab.untilEffects('admin', 1)
    await sendRaw('auth', lab.sign('auth', closed))
    const effects = await lab.untilEffects('admin', 2)
    assert.equal(
      effects.map(({ type }) => type),
      ['profile.updated', 'user.closed'],
    )
    const operations = await lab.operations()
    const logged: string[] = []
    for await (const { body } of operations.readLog({ subject: 'u1' })) logged.push(JSON.parse(body).type)
    await operations.close()
    assert.ok(logged.includes('profile.updated') && logged.includes('user.closed'), logged.join())
  })

  test('several instances share the work, each within its bound', async () => {
    await lab.relay('payments')
    const busy = { now: 0, most: 0 }
    const work = async () => {
      busy.now += 1
      busy.most = Math.max(busy.most, busy.now)
      await sleep(20)
      busy.now -= 1
    }
    await Promise.all([1, 2, 3].map(() => lab.consume('admin', work, { atOnce: 2 })))
    await lab.publishPayments(Array.from({ length: 30 }, (_, index) => completed(`s${index}`)))
    const effects = await lab.untilEffects('admin', 30)
    assert.is(new Set(effects.map(({ event }) => event)).size, 30)
    assert.is(effects.length, 30)
    assert.ok(busy.most > 1 && busy.most <= 6, `${busy.most} at once`)
  })

  test('what is sent twice has one effect, and is in the log once', async () => {
    const event = lab.sign('payments', {})
    await lab.consume('admin')
    await sendRaw('payments', event, event)
    await sendRaw('payments', event)
    const effects = await lab.untilEffects('admin', 1)
    assert.is(effects.length, 1)
    const operations = await lab.operations()
    const logged = []
    for await (const { body } of operations.readLog({ subject: 'p1' })) logged.push(JSON.parse(body).id)
    await operations.close()
    assert.is(logged.filter((id) => id === event.id).length, 1)
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

  test('asked to stop, a consumer finishes what it holds; the next one goes on with the rest', async () => {
    const begun = Promise.withResolvers<void>()
    const first = await lab.consume(
      'admin',
      async () => {
        begun.resolve()
        await sleep(300)
      },
      { atOnce: 1 },
    )
    await sendRaw(
      'payments',
      ...Array.from({ length: 5 }, (_, index) => lab.sign('payments', { subject: `s${index}` })),
    )
    await begun.promise
    await first.stop()
    const held = (await lab.effects('admin')).length
    assert.ok(held >= 1, 'what was in hand is done')
    await sleep(400)
    assert.is((await lab.effects('admin')).length, held, 'nothing comes after the stop')
    await lab.consume('admin')
    const effects = await lab.untilEffects('admin', 5)
    assert.is(effects.length, 5)
  })

  test('connections break while events flow: all come, once', async () => {
    await lab.relay('payments')
    await Promise.all(CONSUMERS_OF_COMPLETED.map((service) => lab.consume(service)))
    const total = 120
    let cuts = 0
    for (let sent = 0; sent < total; sent += 10) {
      await lab
        .publishPayments(Array.from({ length: 10 }, (_, index) => completed(`s${sent + index}`)))
        .catch(async () => {
          // The cut met this very transaction: it was rolled back, so it is done again.
          await sleep(300)
          await lab.publishPayments(Array.from({ length: 10 }, (_, index) => completed(`s${sent + index}`)))
        })
      if (sent % 40 === 20) {
        await lab.cut()
        cuts += 1
      }
    }
    assert.is(cuts, 3)
    for (const service of CONSUMERS_OF_COMPLETED) {
      const effects = await lab.untilEffects(service, total)
      assert.is(new Set(effects.map(({ subject }) => subject)).size, total)
      assert.is(effects.length, new Set(effects.map(({ event }) => event)).size, 'no effect is doubled')
    }
  })

  test('a dead letter goes back to its consumer: one, then all', async () => {
    let mended = false
    await lab.consume('admin', async () => {
      if (!mended) throw new Error('Broken.')
    })
    await sendRaw('payments', ...['a', 'b', 'c'].map((subject) => lab.sign('payments', { subject })))
    await lab.until(async () => (await reasonsOf('admin')).length === 3)
    mended = true
    const operations = await lab.operations()
    const letters = await operations.deadLetters('admin')
    assert.is(await operations.redrive('admin', ({ id }) => id === letters[1]?.id), 1)
    const [first] = await lab.untilEffects('admin', 1)
    assert.is(first?.event, letters[1]?.id)
    assert.is((await operations.deadLetters('admin')).length, 2)
    assert.is(await operations.redrive('admin', () => true), 2)
    await lab.untilEffects('admin', 3)
    assert.equal(await operations.deadLetters('admin'), [])
    await operations.close()
  })

  test('a letter that dies again while letters are redriven is redriven once', async () => {
    await lab.consume('admin', async () => {
      throw new Error('Still broken.')
    })
    await sendRaw('payments', { ...lab.sign('payments', {}), body: 'no event' })
    await lab.until(async () => (await reasonsOf('admin')).length === 1)
    const operations = await lab.operations()
    assert.is(await operations.redrive('admin', () => true), 1)
    await lab.until(async () => (await reasonsOf('admin')).length === 1)
    await operations.close()
  })

  test('the log can be read by time, type and subject, and an event replayed to one consumer', async () => {
    const began = new Date(Date.now() - 1_000)
    const subject = randomUUID()
    await Promise.all(CONSUMERS_OF_COMPLETED.map((service) => lab.consume(service)))
    await sendRaw(
      'payments',
      lab.sign('payments', { subject }),
      lab.sign('payments', { subject, type: 'payment.submitted' }),
      lab.sign('payments', { subject: randomUUID() }),
    )
    await lab.untilEffects('admin', 3)
    const operations = await lab.operations()
    const read = async (selection: Parameters<typeof operations.readLog>[0]) => {
      const bodies: string[] = []
      for await (const { body } of operations.readLog(selection)) bodies.push(body)
      return bodies
    }
    assert.is((await read({ subject })).length, 2)
    assert.is((await read({ subject, type: 'payment.submitted' })).length, 1)
    assert.is((await read({ subject, from: began })).length, 2)
    assert.is((await read({ subject, until: began })).length, 0)
    const [body = ''] = await read({ subject, type: 'payment.completed' })
    await operations.replay('admin', body, 'r1')
    await operations.replay('admin', body, 'r1')
    const effects = await lab.untilEffects('admin', 4)
    assert.is(effects.length, 4, 'once more for the replay, however often it was sent')
    assert.is((await lab.effects('notifications')).length, 2, 'and to nobody else')
    await operations.close()
  })

  test('one trace from the publisher to the row, and in every line of the log', async () => {
    const trace = randomUUID().replaceAll('-', '')
    await lab.relay('payments')
    let attempts = 0
    await lab.consume('admin', async (_, event) => {
      attempts += 1
      assert.is(event.trace, trace)
      if (attempts === 1) throw new Error('For the sake of a line.')
    })
    await inTrace(trace, () => lab.publishPayments([completed('traced')]))
    await lab.untilEffects('admin', 1)
    const [row] = await lab.db.query<{ trace: string }>("select trace from hub.inbox where subject = 'traced'")
    assert.is(row?.trace, trace)
    const line = lab.lines.find(({ msg }) => msg === 'an event was not handled')
    assert.is(line?.trace, trace)
    assert.is(line?.subject, 'traced')
  })

  test('status counts what waits, what pauses and what is dead', async () => {
    const operations = await lab.operations()
    const statusOf = async (name: string) => (await operations.status()).find(({ consumer }) => consumer === name)
    await sendRaw('payments', lab.sign('payments', {}), lab.sign('payments', { subject: 'p2' }))
    await lab.until(async () => (await statusOf('admin'))?.ready === 2, 'two are ready')
    await lab.consume('admin', async () => {
      throw new Error('No.')
    })
    await lab.until(async () => (await statusOf('admin'))?.dead === 2, 'two are dead')
    assert.equal(await statusOf('admin'), { consumer: 'admin', ready: 0, retrying: 0, dead: 2 })
    assert.is((await statusOf('notifications'))?.ready, 2)
    await operations.close()
  })

  test('whatever is published, rolled back and fails: each committed event has one effect or one dead letter', async () => {
    const publish = publisher('payments')
    const step = fc.record({
      subjects: fc.array(fc.constantFrom('x', 'y', 'z'), { minLength: 1, maxLength: 4 }),
      commits: fc.boolean(),
      failures: fc.constantFrom(0, 0, 1, 9),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        await lab.clear()
        const failuresLeft = new Map<string, number>()
        let committed = 0
        let poison = 0
        await lab.relay('payments')
        await lab.consume('admin', async (_, { subject }) => {
          const left = failuresLeft.get(subject) ?? 0
          failuresLeft.set(subject, left - 1)
          if (left > 0) throw new Error('By chance.')
        })
        for (const [index, { subjects, commits, failures }] of steps.entries()) {
          const named = subjects.map((subject, place) => `${subject}-${index}-${place}`)
          for (const subject of named) failuresLeft.set(subject, failures)
          await lab.db
            .transaction(async (sql) => {
              await publish(
                sql,
                named.map((subject) => completed(subject)),
              )
              if (!commits) throw new Error('Rolled back.')
            })
            .catch(() => {})
          if (!commits) continue
          if (failures === 9) poison += named.length
          else committed += named.length
        }
        await lab.until(async () => (await reasonsOf('admin')).length === poison, `${poison} dead letters`)
        const effects = await lab.untilEffects('admin', committed)
        assert.is(effects.length, committed)
        assert.is((await reasonsOf('admin')).length, poison)
        await lab.stopAll()
      }),
      { numRuns: 6 },
    )
  })

  test.run()
}
