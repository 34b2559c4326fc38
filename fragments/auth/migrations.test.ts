import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openTestDatabase } from '#kit/database.fixture.ts'
import { searchable } from './search.ts'
import { DEMO_USERS, seed } from './seed.ts'
import { findById } from './store.ts'

const { db, close } = await openTestDatabase({})
const [ALICE, BOB, INES] = DEMO_USERS

test.after(close)

async function run(name: string): Promise<void> {
  await db.query(readFileSync(join(import.meta.dirname, 'migrations', name), 'utf8'))
}

test('a database of an earlier day: retired accounts are locked, all are found, and the demonstration goes on', async () => {
  await run('001-users.sql')
  await run('002-locked-accounts.sql')
  const add = "insert into auth.users (id, email, name, role, password) values ($1, $2, $3, 'customer', $4)"
  await db.query(add, [ALICE.id, ALICE.email, ALICE.name, null])
  await db.query(add, [BOB.id, BOB.email, 'Böb Lindqvîst', 'hash'])
  await run('003-account-states.sql')
  await run('004-state-changes.sql')
  assert.is((await findById(db, ALICE.id))?.state, 'locked')
  assert.is((await findById(db, BOB.id))?.state, 'open')
  assert.equal(await db.query('select user_id, state from auth.state_changes'), [
    { user_id: ALICE.id, state: 'locked' },
  ])
  const [bob] = await db.query<{ search: string }>('select search from auth.users where id = $1', [BOB.id])
  assert.is(bob?.search, searchable({ name: 'Böb Lindqvîst', email: BOB.email }), 'as new accounts are written')

  await db.transaction(seed)
  assert.is((await findById(db, ALICE.id))?.state, 'open')
  assert.is((await findById(db, INES.id))?.role, 'staff', 'what was missing is there now')
  assert.is((await findById(db, BOB.id))?.password, 'hash', 'and what was there is as it was')
})

test.run()
