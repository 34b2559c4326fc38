import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openTestDatabase } from './database.fixture.ts'
import { openDatabase, type Sql } from './database.ts'

const own = await openTestDatabase({})
const heard: string[] = []
const db = openDatabase(own.url, (error) => heard.push(error.message), { size: 2, limit: 500 })

test.after(async () => {
  await db.close()
  await own.close()
})

test('a connection that breaks in a transaction fails that transaction and nothing else', async () => {
  const work = db.transaction(async (sql) => {
    const [row] = await sql.query<{ pid: number }>('select pg_backend_pid() as pid')
    await own.db.query('select pg_terminate_backend($1)', [row?.pid])
    // Idle when it breaks, as a service is between two statements.
    await new Promise((resolve) => setTimeout(resolve, 100))
    await sql.query('select 1')
  })
  assert.is(await outcome(work), 'failed')
  assert.ok(heard.length > 0, 'somebody was told')
  assert.equal(await db.query('select 1 as one'), [{ one: 1 }])
})

test('a statement that takes too long is ended, and its connection is as good as new', async () => {
  assert.is(await outcome(db.query('select pg_sleep(5)')), 'failed')
  assert.is(await outcome(db.transaction((sql) => sql.query('select pg_sleep(5)'))), 'failed')
  for (let time = 0; time < 4; time++) assert.equal(await db.query('select 1 as one'), [{ one: 1 }])
})

test('whoever was not waited for writes nothing once the transaction is over, and the next one is not disturbed', async () => {
  await own.db.query('create table written (word text)')
  for (const end of ['commit', 'roll back'] as const) {
    let late: Sql = db
    await db
      .transaction(async (sql) => {
        late = sql
        await sql.query('insert into written values ($1)', [end])
        if (end === 'roll back') throw new Error('no')
      })
      .catch(() => {})
    const other = db.transaction(async (sql) => {
      // All connections are in use now, that of the transaction which is over among them.
      await db.transaction(async () => assert.match(await messageOf(write(late)), 'This transaction is over.'))
      await write(sql, `beside ${end}`)
    })
    await other
  }
  const words = await db.query('select word from written')
  assert.equal(words, [{ word: 'commit' }, { word: 'beside commit' }, { word: 'beside roll back' }])
})

test('an amount that a number cannot hold is an error, not a wrong cent', async () => {
  assert.equal(await db.query('select 9007199254740991::bigint as amount'), [{ amount: 9_007_199_254_740_991 }])
  assert.is(await outcome(db.query('select 9007199254740992::bigint as amount')), 'failed')
})

function write(sql: Sql, word = 'late'): Promise<unknown> {
  return sql.query('insert into written values ($1)', [word])
}

function messageOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: Error) => error.message,
  )
}

function outcome(work: Promise<unknown>): Promise<'done' | 'failed'> {
  return work.then(
    () => 'done',
    () => 'failed',
  )
}

test.run()
