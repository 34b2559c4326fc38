import { randomUUID } from 'node:crypto'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openTestDatabase } from '#kit/database.fixture.ts'
import { inTrace } from '#kit/trace.ts'
import { readOutbox } from './deliver.fixture.ts'
import { completed, PAYMENT } from './lab.fixture.ts'
import { EventRefused, publisher } from './publish.ts'

const { db, close } = await openTestDatabase({})
const publish = publisher('payments')

test.before.each(async () => void (await db.query('truncate hub.outbox')))
test.after(close)

test('events are written in their order, with their trace, and only if the transaction is', async () => {
  const trace = randomUUID().replaceAll('-', '')
  const other = randomUUID().replaceAll('-', '')
  await inTrace(trace, () =>
    db.transaction((sql) => publish(sql, [completed('a'), { ...completed('b'), trace: other }, completed('c')])),
  )
  const rows = await readOutbox(db)
  assert.equal(
    rows.map(({ subject, traceparent }) => [subject, traceparent.slice(3, 35)]),
    [
      ['a', trace],
      ['b', other],
      ['c', trace],
    ],
  )
  await db
    .transaction(async (sql) => {
      await publish(sql, [completed('d')])
      throw new Error('No.')
    })
    .catch(() => {})
  assert.is((await readOutbox(db)).length, 3)
})

test('what does not fit its schema is refused, and nothing of it is written', async () => {
  for (const [wrong, why] of [
    [{ ...PAYMENT, amount: 12.5 }, /payment\.completed was not published: amount/],
    [{ ...PAYMENT, userId: 'nobody' }, /userId/],
    [{ ...PAYMENT, payee: 'x'.repeat(70_000) }, /larger than an event may be/],
  ] as const) {
    const error = await db
      .transaction((sql) =>
        publish(sql, [completed('good'), { type: 'payment.completed', subject: 'bad', data: wrong }]),
      )
      .catch((error: unknown) => error)
    assert.instance(error, EventRefused)
    assert.match(String(error), why)
  }
  assert.equal(await readOutbox(db), [])
})

test('numbers rise in the order of the locks on the subject, whoever commits first', async () => {
  await db.query('create table subjects (id text primary key)')
  await db.query("insert into subjects values ('s')")
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      db.transaction(async (sql) => {
        await sql.query("select from subjects where id = 's' for update")
        await sql.query('select pg_sleep($1)', [index % 3 === 0 ? 0.01 : 0])
        await publish(sql, [completed('s', index + 1)])
      }),
    ),
  )
  const rows = await db.query<{ sequence: number; time: Date }>(
    'select sequence, time from hub.outbox order by sequence',
  )
  const times = rows.map(({ time }) => time.getTime())
  assert.is(rows.length, 20)
  assert.equal(
    times,
    [...times].sort((a, b) => a - b),
  )
})

test.run()
