import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openTestDatabase, type TestDatabase } from './database.fixture.ts'
import { keepByTag } from './keep-by-tag.ts'
import { raiseTags } from './tags.ts'

let database: TestDatabase

test.before(async () => {
  database = await openTestDatabase({})
})
test.after(() => database.close())

/** Counts how often it was computed. */
function counting() {
  let times = 0
  const keep = keepByTag<number>()
  return { ask: (tag: string) => keep(database.db, tag, async () => ++times) }
}

test('computed once for as long as the tag stays, for each tag', async () => {
  const { ask } = counting()
  assert.equal([await ask('a'), await ask('a'), await ask('b'), await ask('a')], [1, 1, 2, 1])
})

test('many who ask at once wait for one computation', async () => {
  const { ask } = counting()
  await ask('warm')
  assert.equal(new Set(await Promise.all(Array.from({ length: 10 }, () => ask('many')))).size, 1)
})

test('a raised tag is computed anew, whoever has raised it; a rolled-back one is not', async () => {
  const { ask } = counting()
  const before = await ask('c')
  await database.db.transaction((sql) => raiseTags(sql, ['c']))
  const after = await ask('c')
  assert.is.not(after, before)
  const lost = database.db.transaction(async (sql) => {
    await raiseTags(sql, ['c'])
    throw new Error('rolled back')
  })
  await lost.catch(() => {})
  assert.is(await ask('c'), after)
})

test('a failure is told to whoever asked, and computed anew for the next', async () => {
  let times = 0
  const keep = keepByTag<string>()
  const ask = () =>
    keep(database.db, 'd', async () => {
      if (++times === 1) throw new Error('the database is away')
      return 'here again'
    })
  const error = await ask().catch((thrown: unknown) => thrown)
  assert.instance(error, Error)
  assert.is(await ask(), 'here again')
})

test('a change that is committed while something is computed is never hidden', async () => {
  const { db } = database
  await db.query('create table sums (amount int)')
  await db.query('insert into sums values (1)')
  const keep = keepByTag<number>()
  const read = async () => (await db.query<{ sum: number }>('select sum(amount)::int as sum from sums'))[0]?.sum ?? 0
  const change = () =>
    db.transaction(async (sql) => {
      await sql.query('insert into sums values (1)')
      await raiseTags(sql, ['sums'])
    })
  for (let round = 0; round < 50; round++) {
    await Promise.all([keep(db, 'sums', read), change(), keep(db, 'sums', read)])
    assert.is(await keep(db, 'sums', read), await read())
  }
})

test.run()
