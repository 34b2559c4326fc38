import { randomUUID } from 'node:crypto'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openTestDatabase } from '#kit/database.fixture.ts'
import type { Sql } from '#kit/database.ts'
import { endSession, openSession, readSession } from '#kit/session.ts'
import { raiseTags, readTags } from '#kit/tags.ts'
import { visitReader } from './visit.ts'

const { db, close } = await openTestDatabase({})

test.after(close)

/** A reader, and how many statements it has sent. */
function openCounted() {
  const sent: string[] = []
  const sql: Sql = {
    query(text, values) {
      sent.push(text)
      return db.query(text, values)
    },
  }
  return { read: visitReader(sql), sent }
}

async function signIn() {
  const owner = { id: randomUUID(), name: 'Alice', role: 'customer' } as const
  const cookie = /=([^;]+)/.exec(await openSession(db, owner))?.[1]
  return { owner, cookie, tagsFor: (user: string | undefined) => ['rates', `payments:${user}`, 'never', 'constructor'] }
}

test('who has asked before is known with all counters after one statement', async () => {
  const { owner, cookie, tagsFor } = await signIn()
  await raiseTags(db, [`payments:${owner.id}`, 'rates'])
  const { read, sent } = openCounted()
  const first = await read(cookie, tagsFor)
  sent.length = 0
  const second = await read(cookie, tagsFor)
  assert.is(sent.length, 1)
  assert.equal(second, first)
  assert.is(second.user?.id, owner.id)
  assert.equal([...second.counters], [...(await readTags(db, tagsFor(owner.id)))], 'in the same order')
})

test('what is raised and what has ended is seen by the next visit', async () => {
  const { owner, cookie, tagsFor } = await signIn()
  const { read } = openCounted()
  await read(cookie, tagsFor)
  const before = await read(cookie, tagsFor)
  await raiseTags(db, [`payments:${owner.id}`])
  const after = await read(cookie, tagsFor)
  assert.is.not(after.counters.get(`payments:${owner.id}`), before.counters.get(`payments:${owner.id}`))
  await endSession(db, (await readSession(db, cookie))?.session)
  const ended = await read(cookie, tagsFor)
  assert.is(ended.user, undefined)
  assert.equal([...ended.counters.keys()], tagsFor(undefined), 'the tags of nobody')
})

test('no two people share what is remembered', async () => {
  const [one, other] = [await signIn(), await signIn()]
  const { read } = openCounted()
  for (let turn = 0; turn < 2; turn++) {
    for (const { owner, cookie, tagsFor } of [one, other]) {
      const visit = await read(cookie, tagsFor)
      assert.is(visit.user?.id, owner.id)
      assert.ok(visit.counters.has(`payments:${owner.id}`))
    }
  }
})

test.run()
