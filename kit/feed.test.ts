import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type AskNeighbour, contract, NeighbourAway } from './contract.ts'
import { openTestDatabase } from './database.fixture.ts'
import type { Sql } from './database.ts'
import { deleteOldEntries, feedInput, feedOutput, followFeed, provideFeed, tellFeed } from './feed.ts'
import { z } from './index.ts'
import { openLog } from './log.ts'
import { openTestMfes } from './mfe.fixture.ts'

const { db, close } = await openTestDatabase({})
const FEED = 'things/changes'
const changes = contract(FEED, {
  callers: ['follower'],
  input: feedInput,
  output: feedOutput(z.object({ n: z.int() })),
})
/** Lines of the log at error, of whoever tells or follows. */
const errors: Record<string, unknown>[] = []
const log = openLog('error', undefined, { write: (line) => void errors.push(JSON.parse(line)) })
const ask = openTestMfes({ things: { answer: provideFeed(changes) } }, db, log).askAs('follower')
const running: { stop(): Promise<void> }[] = []

test.before(async () => {
  await db.query('create table effects (follower text not null, n int not null)')
})
test.before.each(async () => {
  await db.query('truncate effects, feed_entries, feed_places')
  errors.length = 0
})
test.after.each(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()))
})
test.after(close)

function tell(...numbers: number[]): Promise<void> {
  return db.transaction((sql) =>
    tellFeed(
      sql,
      FEED,
      numbers.map((n) => ({ n })),
    ),
  )
}

/** What the feed tells after a place, and the place after that. */
async function read(after = '') {
  const { entries, next } = await ask(changes, { after })
  return { told: entries.map(({ n }) => n), next }
}

/** Begins to follow; each entry leaves a row. */
function follow(
  follower = 'one',
  { by = ask, lastly = async () => {} }: { by?: AskNeighbour; lastly?: () => Promise<void> } = {},
): void {
  const controller = new AbortController()
  const run = followFeed(changes, follower, async (sql, entries) => {
    const numbers = entries.map(({ n }) => n)
    await addEffects(sql, follower, numbers)
    await lastly()
  })
  const done = run({ db, ask: by, log, signal: controller.signal })
  running.push({
    stop() {
      controller.abort()
      return done
    },
  })
}

async function addEffects(sql: Sql, follower: string, numbers: readonly number[]): Promise<void> {
  await sql.query('insert into effects select $1, n from unnest($2::int[]) as t (n)', [follower, numbers])
}

async function effects(follower = 'one'): Promise<number[]> {
  const rows = await db.query<{ n: number }>('select n from effects where follower = $1 order by ctid', [follower])
  return rows.map(({ n }) => n)
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(10)
}

/** A transaction that a test commits when it likes. */
async function openTransaction(numbers: number[]) {
  let settle = (_: 'commit' | 'roll back') => {}
  const settled = new Promise<'commit' | 'roll back'>((resolve) => {
    settle = resolve
  })
  let begin = () => {}
  const begun = new Promise<void>((resolve) => {
    begin = resolve
  })
  const done = db
    .transaction(async (sql) => {
      await tellFeed(
        sql,
        FEED,
        numbers.map((n) => ({ n })),
      )
      begin()
      if ((await settled) === 'roll back') throw new Error('rolled back')
    })
    .catch(() => {})
  await begun
  return {
    async commit() {
      settle('commit')
      await done
    },
    async rollBack() {
      settle('roll back')
      await done
    },
  }
}

test('entries come in the order in which they were told, from any place on', async () => {
  await tell(1, 2, 3)
  await tell(4)
  await tell()
  await tell(5, 6)
  const first = await read()
  assert.equal(first.told, [1, 2, 3, 4, 5, 6])
  assert.equal(await read(first.next), { told: [], next: first.next })
  await tell(7)
  assert.equal((await read(first.next)).told, [7])
})

test('a long feed comes a part at a time, and whole', async () => {
  const numbers = Array.from({ length: 1_234 }, (_, index) => index)
  await tell(...numbers)
  const told: number[] = []
  let place = ''
  for (;;) {
    const part = await read(place)
    if (part.told.length === 0) break
    assert.ok(part.told.length <= 500)
    told.push(...part.told)
    place = part.next
  }
  assert.equal(told, numbers)
})

test('a place that is none is refused', async () => {
  for (const after of ['x', '1', '1-2-3', "1-1'; drop table feed_entries; --", '-']) {
    let refused = false
    await ask(changes, { after }).catch(() => {
      refused = true
    })
    assert.ok(refused, after)
  }
})

test('what commits late is behind nobody: it is waited for', async () => {
  await tell(1)
  const early = await openTransaction([2])
  await tell(3)
  const before = await read()
  assert.equal(before.told, [1], 'what is newer waits for what may still be told before it')
  await early.commit()
  assert.equal((await read(before.next)).told, [2, 3])
})

test('what is rolled back was never told, and holds nothing up', async () => {
  const early = await openTransaction([1])
  await tell(2)
  await early.rollBack()
  assert.equal((await read()).told, [2])
})

test('of many that tell at once, in whatever order they commit, a follower misses nothing', async () => {
  follow()
  const tellers = Array.from({ length: 3 }, async (_, teller) => {
    for (let round = 0; round < 20; round++) {
      const base = teller * 1_000 + round * 10
      await db.transaction(async (sql) => {
        await tellFeed(sql, FEED, [{ n: base }])
        await sleep(((teller * 7 + round * 3) % 5) * 3)
        await tellFeed(sql, FEED, [{ n: base + 1 }])
      })
    }
  })
  await Promise.all(tellers)
  await until(async () => (await effects()).length >= 120)
  const seen = await effects()
  assert.is(seen.length, 120)
  assert.is(new Set(seen).size, 120)
  for (const teller of [0, 1, 2]) {
    const own = seen.filter((n) => Math.floor(n / 1_000) === teller)
    assert.equal(
      own,
      [...own].sort((one, other) => one - other),
      'what one told is in its order',
    )
  }
})

test('of two instances one works at a time, and each entry is done once', async () => {
  let inside = 0
  let most = 0
  const lastly = async () => {
    inside += 1
    most = Math.max(most, inside)
    await sleep(5)
    inside -= 1
  }
  follow('one', { lastly })
  follow('one', { lastly })
  for (let n = 0; n < 30; n++) {
    await tell(n)
    await sleep(n % 3)
  }
  await until(async () => (await effects()).length >= 30)
  assert.is(most, 1)
  const seen = await effects()
  assert.equal(
    seen,
    Array.from({ length: 30 }, (_, index) => index),
  )
})

test('a follower that fails halfway has done nothing, and does it all the next time', async () => {
  let failures = 0
  await tell(1, 2, 3)
  follow('one', {
    async lastly() {
      if (++failures === 1) throw new Error('half of it was written')
    },
  })
  await until(async () => (await effects()).length > 0)
  assert.equal(await effects(), [1, 2, 3])
  assert.is(failures, 2)
  await tell(4)
  await until(async () => (await effects()).length > 3)
  assert.equal(await effects(), [1, 2, 3, 4])
})

test('while the teller is away a follower waits, and misses nothing', async () => {
  let asked = 0
  let away = true
  const sometimes: AskNeighbour = (asking, input) => {
    asked += 1
    return away ? Promise.reject(new NeighbourAway(asking, 'it cannot be reached')) : ask(asking, input)
  }
  await tell(1)
  follow('one', { by: sometimes })
  await until(async () => asked > 0)
  await tell(2)
  assert.equal(await effects(), [])
  away = false
  await until(async () => (await effects()).length > 0)
  assert.equal(await effects(), [1, 2])
})

test('an entry that does not fit is left out and logged with its place, and followers go on', async () => {
  await tell(1)
  await tellFeed(db, FEED, [{ n: 'two' }, {}])
  await tell(3)
  follow()
  await until(async () => (await effects()).length > 1)
  assert.equal(await effects(), [1, 3])
  const wrong = await db.query<{ cursor: string }>(
    `select xid || '-' || place as cursor from feed_entries where data not in ('{"n": 1}', '{"n": 3}') order by place`,
  )
  assert.equal(
    errors.map(({ feed, place }) => ({ feed, place })),
    wrong.map(({ cursor }) => ({ feed: FEED, place: cursor })),
  )
  assert.is((await read()).told.length, 2)
})

test('a follower passes by what only a newer teller knows', async () => {
  const entry = z.object({ n: z.union([z.int(), z.string()]) })
  const newer = contract(FEED, { callers: ['follower'], input: feedInput, output: feedOutput(entry) })
  const askNewer = openTestMfes({ things: { answer: provideFeed(newer) } }, db).askAs('follower')
  await tellFeed(db, FEED, [{ n: 1 }, { n: 'a new kind' }, { n: 3 }])
  follow('one', { by: askNewer })
  await until(async () => (await effects()).length > 1)
  assert.equal(await effects(), [1, 3])
  assert.equal(
    errors.map(({ feed, after }) => ({ feed, after })),
    [{ feed: FEED, after: '' }],
  )
})

test('each follower has a place of its own, and keeps it when it ends', async () => {
  await tell(1)
  follow('one')
  await until(async () => (await effects('one')).length === 1)
  await Promise.all(running.splice(0).map((one) => one.stop()))
  await tell(2)
  follow('other')
  await until(async () => (await effects('other')).length === 2)
  assert.equal(await effects('one'), [1])
  follow('one')
  await until(async () => (await effects('one')).length === 2)
  assert.equal(await effects('one'), [1, 2])
})

test('two transactions that change one thing tell of it in the order in which they changed it', async () => {
  await db.query('create table thing (value int); insert into thing values (0)')
  const change = (value: number, wait: number) =>
    db.transaction(async (sql) => {
      await sql.query('update thing set value = $1', [value])
      await sleep(wait)
      await tellFeed(sql, FEED, [{ n: value }])
    })
  const first = change(1, 40)
  await sleep(10)
  await Promise.all([first, change(2, 0)])
  assert.equal((await read()).told, [1, 2])
})

test('entries of a month ago are deleted, and no others', async () => {
  await tell(1, 2)
  await db.query(`update feed_entries set at = now() - interval '31 days' where data = '{"n": 1}'`)
  await db.query(`update feed_entries set at = now() - interval '29 days' where data = '{"n": 2}'`)
  await deleteOldEntries(db)
  assert.equal((await read()).told, [2])
})

test.run()
