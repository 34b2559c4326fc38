import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openTestDatabase } from '#kit/database.fixture.ts'
import type { Cursor } from './cursor.ts'
import { countMatches, type Filter, list, PAGE_SIZE, type PastPayment } from './payments.ts'
import { seed } from './seed.ts'
import { addHistory } from './store.ts'

const { db, close } = await openTestDatabase({ payments: join(import.meta.dirname, 'migrations') })
const ALICE = 'a11ce000-0000-4000-8000-000000000001'
const BOB = 'b0b00000-0000-4000-8000-000000000002'

test.before(() => db.transaction(seed))
test.after(close)

/** Follows the links of a direction to the end. `between` runs between two pages. */
async function walk(
  user: string,
  filter: Filter,
  toward: Cursor['toward'],
  start?: Cursor,
  between = async () => {},
): Promise<{ ids: string[]; last: PastPayment | undefined }> {
  const ids: string[] = []
  let cursor = start
  for (;;) {
    const page = await list(db, user, filter, cursor)
    const payments = page.payments.map(({ id }) => id)
    ids.push(...(toward === 'older' ? payments : payments.reverse()))
    const next = page[toward]
    if (!next) return { ids, last: toward === 'older' ? page.payments.at(-1) : page.payments[0] }
    await between()
    cursor = next
  }
}

function payment(at: Date, id: string = randomUUID()): PastPayment {
  const order = { amount: 1, currency: 'EUR', payee: 'New', description: '' } as const
  return { ...order, id, userId: ALICE, state: 'completed', reason: null, createdAt: at, dueAt: null }
}

async function allIds(user: string): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    'select id from payments.payments where user_id = $1 order by created_at desc, id desc',
    [user],
  )
  return rows.map(({ id }) => id)
}

test('the seed is as large as it says, and seeding twice adds nothing', async () => {
  await db.transaction(seed)
  assert.is((await allIds(ALICE)).length, 5_000)
  assert.is((await allIds(BOB)).length, 40)
})

test('walking all payments, older and back, while new ones come in: no gap, nothing twice', async () => {
  const before = await allIds(ALICE)
  const arrive = () => addHistory(db, [payment(new Date())])
  const { ids, last } = await walk(ALICE, {}, 'older', undefined, arrive)
  assert.equal(ids, before)

  assert.ok(last)
  const now = await allIds(ALICE)
  assert.ok(now.length > before.length)
  const start: Cursor = { toward: 'newer', createdAt: last.createdAt, id: last.id }
  const back = await walk(ALICE, {}, 'newer', start)
  assert.equal([...back.ids].reverse(), now.slice(0, -1))
})

test('payments of the same millisecond are all found', async () => {
  const at = new Date(Date.now() + 1_000)
  const twins = Array.from({ length: 60 }, () => payment(at))
  await addHistory(db, twins)
  const { ids } = await walk(ALICE, {}, 'older')
  assert.is(new Set(ids).size, ids.length)
  assert.is(twins.filter(({ id }) => ids.slice(0, 60).includes(id)).length, 60)
})

test('the way back from the second page is the first page', async () => {
  const first = await list(db, ALICE, {})
  assert.is(first.newer, undefined)
  assert.is(first.payments.length, PAGE_SIZE)
  const second = await list(db, ALICE, {}, first.older)
  const back = await list(db, ALICE, {}, second.newer)
  assert.equal(back.payments, first.payments)
  assert.is(back.newer, undefined)
})

test('filters hold on every page', async () => {
  for (const filter of [{ state: 'failed' }, { q: 'émile' }, { q: 'EMILE', state: 'completed' }] as const) {
    const { ids } = await walk(ALICE, filter, 'older')
    const matches = await countMatches(db, ALICE, filter)
    assert.equal(matches, { count: Math.min(ids.length, 1_000), more: ids.length > 1_000 })
    assert.ok(ids.length > PAGE_SIZE)
    const [row] = await db.query<{ wrong: number }>(
      `select count(*) as wrong from payments.payments where id = any($1)
       and (state <> coalesce($2, state) or payee not like $3)`,
      [ids, 'state' in filter ? filter.state : null, 'q' in filter ? 'Émile%' : '%'],
    )
    assert.is(row?.wrong, 0)
  }
})

test('wildcards and quotes are only characters', async () => {
  for (const q of ['%', '_', '\\', "'", '"; drop table payments.payments; --']) {
    const page = await list(db, ALICE, { q })
    assert.ok(
      page.payments.every(({ payee, description }) => `${payee} ${description}`.includes(q)),
      q,
    )
  }
})

test('nobody sees another’s payments', async () => {
  const [alices] = (await list(db, ALICE, {})).payments
  assert.ok(alices)
  const cursor: Cursor = { toward: 'older', createdAt: alices.createdAt, id: alices.id }
  const { ids } = await walk(BOB, {}, 'older', cursor)
  assert.equal(ids, await allIds(BOB))
  assert.equal((await list(db, randomUUID(), {})).payments, [])
})

test('every query of the list has an index', async () => {
  await db.query('analyze payments.payments')
  for (const [condition, values] of [
    ['user_id = $1', [BOB]],
    ['user_id = $1 and state = $2', [BOB, 'failed']],
    ['user_id = $1 and search like $2', [BOB, '%emile%']],
    ['user_id = $1 and (created_at, id) < ($2, $3)', [BOB, new Date(), randomUUID()]],
  ] as const) {
    const plan = await db.query<{ 'QUERY PLAN': string }>(
      `explain select * from payments.payments where ${condition} order by created_at desc, id desc limit 26`,
      values,
    )
    const text = plan.map((row) => row['QUERY PLAN']).join('\n')
    assert.match(text, /Index Scan using payments_list/)
    assert.not.match(text, /Sort|Seq Scan/)
  }
})

test.run()
