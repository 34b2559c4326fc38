import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openTestDatabase } from './database.fixture.ts'
import { migrate } from './migrate.ts'
import { endSession, openSession, readSession } from './session.ts'
import { raiseTags, readTags } from './tags.ts'

const { db, close } = await openTestDatabase({})
const owner = { id: randomUUID(), name: 'Alice', role: 'customer' } as const

test.after(close)

test('a session is known by its cookie alone, and the table does not hold the cookie', async () => {
  const cookie = await openSession(db, owner)
  assert.match(cookie, /^__Host-sid=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/)
  const id = idOf(cookie)
  assert.is((await readSession(db, id))?.id, owner.id)
  const rows = await db.query('select * from sessions')
  assert.not.match(JSON.stringify(rows), id)
  assert.not.match(JSON.stringify(rows), Buffer.from(id, 'base64url').toString('hex'))
})

test('it ends when it is ended, idle for too long, or too old', async () => {
  const first = idOf(await openSession(db, owner))
  await endSession(db, (await readSession(db, first))?.session)
  assert.is(await readSession(db, first), undefined)

  const idle = idOf(await openSession(db, owner))
  await db.query("update sessions set seen_at = now() - interval '5 minutes 1 second'")
  assert.is(await readSession(db, idle), undefined)

  const old = idOf(await openSession(db, owner))
  await db.query("update sessions set opened_at = now() - interval '8 hours 1 second'")
  assert.is(await readSession(db, old), undefined)
})

test('staff may be away for longer than customers; being there extends both', async () => {
  const staff = idOf(await openSession(db, { ...owner, role: 'staff' }))
  await db.query("update sessions set seen_at = now() - interval '14 minutes'")
  assert.ok(await readSession(db, staff))
  const [row] = await db.query<{ recent: boolean }>(
    "select bool_or(seen_at > now() - interval '1 minute') as recent from sessions",
  )
  assert.is(row?.recent, true)
})

test('what is no session id is nobody', async () => {
  for (const id of [undefined, '', 'x', 'A'.repeat(43), 'A'.repeat(10_000), "' or 1=1 --"]) {
    assert.is(await readSession(db, id), undefined)
  }
})

test('a tag that is raised never shows an old number again, even after clean-up', async () => {
  await raiseTags(db, ['a', 'b', 'a'])
  const first = await readTags(db, ['a', 'b', 'never'])
  assert.is(first.get('never'), 0)
  await db.query("delete from tags where tag = 'a'")
  await raiseTags(db, ['a'])
  assert.ok(Number((await readTags(db, ['a'])).get('a')) > Number(first.get('a')))
})

test('tags raised in a transaction that fails were not raised, and parallel ones do not deadlock', async () => {
  const before = await readTags(db, ['c', 'd'])
  await db
    .transaction(async (sql) => {
      await raiseTags(sql, ['c'])
      throw new Error('no')
    })
    .catch(() => {})
  assert.equal(await readTags(db, ['c', 'd']), before)
  const both = Array.from({ length: 40 }, (_, index) => raiseTags(db, index % 2 ? ['c', 'd'] : ['d', 'c']))
  await Promise.all(both)
})

test('a migration runs once, all or nothing, and must not be edited afterwards', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sv-migrate-'))
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
  write('001-first.sql', 'create table first (id int)')
  assert.equal(await migrate(db, { demo: folder }), ['demo/001-first.sql'])
  assert.equal(await migrate(db, { demo: folder }), [])
  write('002-broken.sql', 'create table second (id int); create nonsense')
  assert.is(await outcome(migrate(db, { demo: folder })), 'refused')
  assert.equal(await db.query("select 1 from pg_tables where tablename = 'second'"), [])
  write('001-first.sql', 'create table first (id bigint)')
  assert.is(await outcome(migrate(db, { demo: folder })), 'refused')
  rmSync(folder, { recursive: true })
})

function outcome(work: Promise<unknown>): Promise<'done' | 'refused'> {
  return work.then(
    () => 'done',
    () => 'refused',
  )
}

function idOf(cookie: string): string {
  return /=([^;]*)/.exec(cookie)?.[1] ?? ''
}

test.run()
