/** What every hub promises to its operators. */
import { randomUUID } from 'node:crypto'
import * as assert from 'uvu/assert'
import { CONSUMERS_OF_COMPLETED, type SuiteTools } from './suite-tools.fixture.ts'

export function testOperations({ test, lab, sendRaw, reasonsOf }: SuiteTools): void {
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
}
