import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openTestDatabase } from './database.fixture.ts'
import { openDatabase } from './database.ts'

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

test('an amount that a number cannot hold is an error, not a wrong cent', async () => {
  assert.equal(await db.query('select 9007199254740991::bigint as amount'), [{ amount: 9_007_199_254_740_991 }])
  assert.is(await outcome(db.query('select 9007199254740992::bigint as amount')), 'failed')
})

function outcome(work: Promise<unknown>): Promise<'done' | 'failed'> {
  return work.then(
    () => 'done',
    () => 'failed',
  )
}

test.run()
