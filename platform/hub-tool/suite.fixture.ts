/** What the tool does, whichever hub it is for: the one suite. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite, type Test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Sealed } from '../../hub/envelope.ts'
import type { Hub } from '../../hub/hub.ts'
import type { Stage } from './stage.fixture.ts'

const ACT = ['--operator', 'Ada', '--reason', 'The payee is mended.']

/** `more` adds what holds for this hub alone. */
export async function testTool(
  name: string,
  openStage: () => Promise<Stage>,
  more: (test: Test, stage: Stage) => void,
): Promise<void> {
  const test = suite(name)
  const stage = await openStage()
  const { lab, run } = stage
  const hubs: Hub[] = []

  test.before.each(() => lab.clear())
  test.after.each(async () => {
    await Promise.all(hubs.splice(0).map((hub) => hub.close()))
    await lab.stopAll()
  })
  test.after(() => lab.close())

  /** As a service. What a test that fails has left open is closed all the same. */
  async function open(service: string): Promise<Hub> {
    const hub = await lab.open(service)
    hubs.push(hub)
    return hub
  }

  async function statusNow() {
    const operations = await lab.operations()
    const rows = await operations.status()
    await operations.close()
    return rows
  }

  async function send(...events: Sealed[]): Promise<void> {
    const hub = await open('payments')
    const refusals = await hub.send(events)
    await hub.close()
    assert.equal(refusals.filter(Boolean), [])
  }

  /** Sends these, of which each becomes a dead letter of admin. */
  async function bury(...events: Sealed[]): Promise<void> {
    await send(...events)
    const hub = await open('admin')
    await hub.consume(1, async () => ({ kind: 'dead', reason: 'I \u001b[31mcannot\nbear it.' }))
    await lab.until(async () => (await deadIds()).length === events.length, 'all are dead')
    await hub.close()
  }

  async function deadIds(): Promise<string[]> {
    const operations = await lab.operations()
    const letters = await operations.deadLetters('admin')
    await operations.close()
    return letters.map(({ id }) => id)
  }

  /** What the audit was told: the log's events of this type, as data. */
  async function told(type: string) {
    const operations = await lab.operations()
    const found = []
    for await (const { body } of operations.readLog({ type, from: began })) found.push(JSON.parse(body))
    await operations.close()
    return found
  }
  let began = new Date()
  test.before.each(() => {
    began = new Date()
  })

  const forge = (event: Sealed): Sealed => ({ ...event, body: event.body.replace('1250', '9950') })
  const outboxOf = (service: string) => lab.db.query('select from hub.outbox where source = $1', [service])

  test('status: all well is 0; a dead letter is 1, and says what to do', async () => {
    const [well, json] = await Promise.all([run('status'), run('status', '--json')])
    assert.is(well.code, 0, well.err)
    assert.match(well.out, stage.called)
    assert.match(well.out, /^CONSUMER +READY +RETRYING +DEAD$/m)
    assert.match(well.out, /All is well/)
    const status = JSON.parse(json.out)
    assert.equal(Object.keys(status), ['hub', 'well', 'problems', 'outbox', 'consumers'])
    assert.equal(status.consumers[0], { consumer: 'admin', ready: 0, retrying: 0, dead: 0 })

    const watching = stage.start('status', '--watch', '--json')
    await lab.until(async () => watching.out().includes('\n'))
    watching.child.kill('SIGINT')
    assert.is((await watching.ended).code, 0)

    await bury(lab.sign('payments', {}))
    const ill = await run('status')
    assert.is(ill.code, 1)
    assert.match(ill.out, /admin has 1 dead letter\. Look at them: npm run hub -- dlq admin/)
  })

  test('status: what waits in an outbox for more than a minute needs a person', async () => {
    await lab.db.query(
      `insert into hub.outbox (id, source, type, version, subject, time, traceparent, data, refusal)
       select gen_random_uuid(), 'rates', 'rates.changed', 1, 'rates', now() - age, '', '{}', refusal
       from (values (interval '3 minutes', 'It is shut.'), (interval '1 second', null)) as given (age, refusal)`,
    )
    const { code, out } = await run('status', '--json')
    assert.is(code, 1)
    const { well, problems, outbox } = JSON.parse(out)
    assert.is(well, false)
    assert.equal(problems, ['The outbox of rates has held events for 3 min. It is shut.'])
    assert.equal(outbox, [
      { service: 'rates', waiting: 2, oldestSeconds: outbox[0].oldestSeconds, refusal: 'It is shut.' },
    ])
    assert.ok(outbox[0].oldestSeconds >= 180 && outbox[0].oldestSeconds < 200)
  })

  test('dlq: a line a letter; one as it is, and whether its signature holds', async () => {
    const [good, bad] = [lab.sign('payments', { subject: 'good' }), forge(lab.sign('payments', { subject: 'bad' }))]
    await bury(good, bad)
    const list = await run('dlq')
    const json = await run('dlq', 'admin', '--json')
    const shown = await run('dlq', '--show', good.id)
    const forged = await run('dlq', 'admin', '--show', bad.id)
    assert.is(list.code, 0, list.err)
    assert.match(list.out, new RegExp(`admin +${good.id}  payment.completed  good .* 1  I +\\[31mcannot bear it`))
    assert.not.match(list.out, '\u001b')
    const rows = JSON.parse(json.out)
    assert.equal(Object.keys(rows[0]), ['consumer', 'id', 'type', 'subject', 'at', 'attempts', 'reason', 'problem'])
    const problems = Object.fromEntries(
      rows.map((row: { subject: string; problem: unknown }) => [row.subject, row.problem]),
    )
    assert.equal(problems, { good: null, bad: 'The signature is not of payments.' })
    assert.is(shown.code, 0)
    assert.match(shown.out, /"subject": "good".*Its signature holds/s)
    assert.is(forged.code, 1)
    assert.match(forged.out, /cannot be redriven: The signature is not of payments/)
    const missing = await run('dlq', '--show', randomUUID())
    assert.is(missing.code, 1)
  })

  test('redrive: a dry run changes nothing, and nobody acts without a name and a reason', async () => {
    await bury(lab.sign('payments', {}), lab.sign('payments', {}))
    const dry = await run('redrive', 'admin', '--all')
    assert.is(dry.code, 0, dry.err)
    assert.match(dry.out, /2 dead letters would go back to admin\. Nothing was changed\. It is done with .*--go/)
    const nameless = await run('redrive', 'admin', '--all', '--go', '--reason', 'Why not.')
    assert.is(nameless.code, 2)
    assert.match(nameless.err, /who does this and why: --operator NAME --reason TEXT\.\nUsage: npm run hub -- redrive/)
    const missing = await run('redrive', 'admin', '--event', randomUUID(), ...ACT, '--go')
    assert.is(missing.code, 1)
    assert.match(missing.err, /admin has no dead letter .*none was moved/)
    assert.is((await deadIds()).length, 2)
    assert.equal(await told('hub.redriven'), [])
  })

  test('redrive: one, then all; the audit is told first, and what is forged stays and is named', async () => {
    const events = ['a', 'b', 'c'].map((subject) => lab.sign('payments', { subject }))
    const forged = forge(lab.sign('payments', { subject: 'forged' }))
    // It bears the id of a sound one, and must not go with it.
    const twin = { ...forged, id: randomUUID(), body: events[0]?.body.replace('1250', '9950') ?? '' }
    await bury(...events, forged, twin)
    const one = await run('redrive', 'admin', '--event', events[1]?.id ?? '', ...ACT, '--go')
    assert.is(one.code, 0, one.err)
    assert.match(one.out, /1 of 1 dead letter went back to admin/)
    const all = await run('redrive', 'admin', '--all', ...ACT, '--go', '--json')
    assert.is(all.code, 1, 'the forged ones need a person')
    assert.match(all.err, new RegExp(`${forged.id} stays where it is: The signature is not of payments`))
    const report = JSON.parse(all.out)
    assert.is(report.redriven, 2)
    assert.equal(report.refused.length, 2)
    const left = await deadIds()
    assert.is(left.length, 2)
    assert.ok(left.includes(forged.id))

    const audit = await told('hub.redriven')
    assert.equal(
      audit.map(({ subject, data }) => [subject, data]),
      [
        ['admin', { operator: 'Ada', reason: 'The payee is mended.', events: [events[1]?.id] }],
        ['admin', { operator: 'Ada', reason: 'The payee is mended.', events: [events[0]?.id, events[2]?.id] }],
      ],
    )
    assert.is(audit[1].traceparent.split('-')[1], report.trace)
    await lab.consume('admin', undefined, { atOnce: 1 })
    const effects = await lab.untilEffects('admin', 5)
    assert.equal(
      effects.map(({ type, subject }) => (type === 'hub.redriven' ? type : subject)),
      ['hub.redriven', 'b', 'hub.redriven', 'a', 'c'],
    )
  })

  test('redrive: what dies again at once goes once', async () => {
    await bury(...['a', 'b'].map((subject) => lab.sign('payments', { subject })))
    const hub = await open('admin')
    await hub.consume(5, async () => ({ kind: 'dead', reason: 'Still no.' }))
    const { code, out, err } = await run('redrive', 'admin', '--all', ...ACT, '--go', '--json')
    assert.is(code, 0, err)
    assert.is(JSON.parse(out).redriven, 2)
    // The third is what the audit was told.
    await lab.until(async () => (await deadIds()).length === 3, 'all are dead')
    await hub.close()
  })

  test('redrive and replay: where the audit cannot be told, nothing happens, and it is not told later', async () => {
    await bury(lab.sign('payments', {}))
    const hear = await stage.deafen()
    const [redriven, replayed] = await Promise.all([
      run('redrive', 'admin', '--all', ...ACT, '--go'),
      run('replay', 'notifications', '--type', 'payment.completed', ...ACT, '--go'),
    ])
    await hear()
    for (const { code, err } of [redriven, replayed]) {
      assert.is(code, 1)
      assert.match(err, /Nothing was done, since the audit log could not be told of it: ./)
    }
    assert.is((await deadIds()).length, 1)
    assert.equal(await outboxOf('operator'), [])
    assert.equal([...(await told('hub.redriven')), ...(await told('hub.replayed'))], [])
    await lab.consume('notifications')
    await lab.untilEffects('notifications', 1)
    assert.is((await lab.effects('notifications')).length, 1)
  })

  test('replay: by type, subject and time, only what the consumer may have and what is signed', async () => {
    const subject = randomUUID()
    const [early, late] = [lab.sign('payments', { subject }), lab.sign('payments', { subject })]
    const submitted = lab.sign('payments', { subject, type: 'payment.submitted' })
    const forged = forge(lab.sign('payments', { subject }))
    await send(early, submitted)
    await sleep(30)
    const between = new Date().toISOString()
    await send(late, forged)
    const dry = await run('replay', 'notifications', '--subject', subject, '--from', '2m ago', '--json')
    assert.is(dry.code, 1, 'one is forged')
    assert.match(dry.err, new RegExp(`Passed by: .*${forged.id}: The signature is not of payments`))
    const report = JSON.parse(dry.out)
    assert.equal([report.dryRun, report.count, report.replayed, report.refused], [true, 2, 0, 1])
    const ready = (await statusNow()).find(({ consumer }) => consumer === 'notifications')?.ready
    assert.is(ready, 3, 'a dry run changes nothing')

    const narrow = ['--subject', subject, '--type', 'payment.completed', '--until', between]
    const gone = await run('replay', 'notifications', ...narrow, ...ACT, '--go')
    assert.is(gone.code, 0, gone.err)
    assert.match(gone.out, /1 of 1 event went to notifications once more/)
    const [, replay] = /Replay (\S+)\. The audit log knows/.exec(gone.out) ?? []
    const [{ data, subject: consumer }] = await told('hub.replayed')
    assert.is(consumer, 'notifications')
    const selection = JSON.stringify({ until: between, type: 'payment.completed', subject })
    assert.equal(data, { operator: 'Ada', reason: 'The payee is mended.', replay, selection, count: 1 })
    await lab.consume('notifications')
    const effects = await lab.untilEffects('notifications', 3)
    assert.equal(effects.map(({ event }) => event).sort(), [early.id, early.id, late.id].sort())
  })

  test('replay: one that was interrupted goes on by its id, and doubles nothing', async () => {
    const subject = randomUUID()
    const events = Array.from({ length: 200 }, () => lab.sign('payments', { subject }))
    await send(...events)
    const first = stage.start('replay', 'notifications', '--subject', subject, '--from', '1h', ...ACT, '--go')
    await lab.until(async () => first.out().includes('The audit log knows'))
    first.child.kill('SIGINT')
    const broken = await first.ended
    assert.is(broken.code, 1, broken.out)
    assert.match(broken.err, /Interrupted\. After \d+ of 200 events\. To go on: npm run hub -- replay notifications/)
    const [, replay = ''] = /--replay (\S+)/.exec(broken.err) ?? []
    await send(lab.sign('payments', { subject }))
    const other = await run('replay', 'profile', '--replay', replay, ...ACT, '--go')
    assert.is(other.code, 2)
    assert.match(other.err, /was begun for notifications/)
    const resumed = await run('replay', 'notifications', '--replay', replay, ...ACT, '--go')
    assert.is(resumed.code, 0, resumed.err)
    assert.match(resumed.out, /goes on as it was begun.*200 of 200 events/s)
    await lab.consume('notifications', undefined, { atOnce: 20 })
    assert.is((await lab.untilEffects('notifications', 401)).length, 401)
    await lab.until(async () => (await statusNow()).every(({ consumer, ready }) => consumer === 'admin' || ready === 0))
    assert.is((await lab.effects('notifications')).length, 401)
  })

  test('tail: an event as it is sent, until it is asked to stop', async () => {
    const tail = stage.start('tail', '--json', '--subject', 'wanted')
    const event = lab.sign('payments', { subject: 'wanted' })
    await lab.until(async () => {
      await send(lab.sign('payments', { subject: 'unwanted' }), {
        ...event,
        ...lab.sign('payments', { subject: 'wanted' }),
      })
      return tail.out().includes('\n')
    }, 'a line')
    tail.child.kill('SIGINT')
    const { code, out, err } = await tail.ended
    assert.is(code, 0, err)
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.ok(
      lines.every(
        ({ subject, type, problem }) => subject === 'wanted' && type === 'payment.completed' && problem === null,
      ),
    )
  })

  test('a hub that is away is 3, with what to do', async () => {
    const nowhere = await stage.runWith({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' }, 'status')
    assert.is(nowhere.code, 3)
    assert.match(nowhere.err, /The database does not answer .*Start Selvedge \(npm start\).*DATABASE_URL/)
    const shut = await stage.runWith({ HUB_URL: 'amqp://nobody:nothing@127.0.0.1:1' }, 'status')
    assert.is(shut.code, 3)
    assert.match(shut.err, /RabbitMQ does not answer at 127\.0\.0\.1:1.*--cluster.*HUB_URL/)
    assert.not.match(shut.err, /nothing/)
  })

  more(test, stage)
  test.run()
}
