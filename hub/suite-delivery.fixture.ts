/** What every hub promises of what goes well: once, in order, to whom it concerns. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { inTrace } from '#kit/trace.ts'
import { completed, PAYMENT } from './lab.fixture.ts'
import { publisher } from './publish.ts'
import { CONSUMERS_OF_COMPLETED, type SuiteTools } from './suite-tools.fixture.ts'

export function testDelivery({ test, lab, sendRaw, reasonsOf, outboxRows }: SuiteTools): void {
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
}
