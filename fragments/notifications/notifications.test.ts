import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { User } from '#kit'
import { openTestDatabase } from '#kit/database.fixture.ts'
import type { Sql } from '#kit/database.ts'
import { provideFeed, tellFeed } from '#kit/feed.ts'
import type { Job } from '#kit/job.ts'
import { openLog } from '#kit/log.ts'
import { noNeighbour, openTestMfes } from '#kit/mfe.fixture.ts'
import { readTags } from '#kit/tags.ts'
import { accountChanges } from '../../hub/contracts/auth.ts'
import { exportNotifications } from '../../hub/contracts/notifications.ts'
import { paymentChanges } from '../../hub/contracts/payments.ts'
import { CURSOR, decodeCursor, encodeCursor } from './cursor.ts'
import * as exported from './fragment.tsx'
import { countUnread, deleteOld, type News, tell } from './notes.ts'
import { seed } from './seed.ts'
import { listAllNotes, listNotes } from './store.ts'

const { db, close } = await openTestDatabase({ notifications: join(import.meta.dirname, 'migrations') })
/** The feeds as their MFEs give them; how these come to tell of something is theirs to test. */
const payments = provideFeed(paymentChanges)
const accounts = provideFeed(accountChanges)
const { askMfe, askAs } = openTestMfes({ notifications: exported, payments: { payments }, auth: { accounts } }, db)
const ask = (route: string, as?: User, form?: Record<string, string>) =>
  askMfe('notifications', route, { as, ...(form && { form }) })

test.after(close)

function customer(name = 'Alice Martin'): User {
  return { id: randomUUID(), name, role: 'customer', session: randomUUID() }
}

interface Change {
  readonly state?: string
  readonly id?: string
  readonly reason?: string | null
  readonly payee?: string
  readonly at?: Date
}

function paymentChange(userId: string, change: Change = {}) {
  const given = { state: 'completed', id: randomUUID(), reason: null, payee: 'Nordlys Energi', at: new Date() }
  return { userId, amount: 1250, currency: 'EUR', ...given, ...change }
}

function news(userId: string, count: number, at = Date.UTC(2026, 0, 1)): News[] {
  return Array.from({ length: count }, (_, index) => ({
    userId,
    event: `event:${index}`,
    title: `Title ${index}.`,
    body: '',
    href: '/payments',
    at: new Date(at + index * 60_000),
  }))
}

const tellAll = (entries: readonly News[]) => db.transaction((sql: Sql) => tell(sql, entries))

/** Runs a job until something has come true. */
async function runUntil(job: Job, isSo: () => Promise<boolean>): Promise<void> {
  const controller = new AbortController()
  const done = job.run({ db, ask: askAs('notifications'), log: openLog('silent'), signal: controller.signal })
  const deadline = Date.now() + 10_000
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('It did not come true.')
    await sleep(20)
  }
  controller.abort()
  await done
}

/** Follows until a payment told now has been noted: then all that was told before it has been, too. */
async function catchUp(): Promise<void> {
  const probe = customer()
  await tellFeed(db, 'payments/changes', [paymentChange(probe.id)])
  await runUntil(exported.followPayments, async () => (await listAllNotes(db, probe.id)).length > 0)
}

async function catchUpAccounts(): Promise<void> {
  const probe = customer()
  await tellFeed(db, 'auth/changes', [{ userId: probe.id, what: 'unlocked', at: new Date() }])
  await runUntil(exported.followAccounts, async () => (await listAllNotes(db, probe.id)).length > 0)
}

const titlesOf = async (user: User) => (await listAllNotes(db, user.id)).map(({ title }) => title)
const versionOf = async (user: User) =>
  (await readTags(db, [`notifications:${user.id}`])).get(`notifications:${user.id}`)

test('how a payment ended is told once, plainly, with what it means for the money', async () => {
  const alice = customer()
  const id = randomUUID()
  await tellFeed(db, 'payments/changes', [
    paymentChange(alice.id, { state: 'submitted' }),
    paymentChange(alice.id, { state: 'processing' }),
    paymentChange(alice.id, { id, at: new Date(Date.UTC(2026, 10, 23, 9)) }),
    paymentChange(alice.id, {
      state: 'failed',
      reason: 'The payee’s bank refused it.',
      at: new Date(Date.UTC(2026, 10, 23, 10)),
    }),
    paymentChange(alice.id, { state: 'cancelled', at: new Date(Date.UTC(2026, 10, 23, 11)) }),
  ])
  await catchUp()
  const notes = await listAllNotes(db, alice.id)
  assert.equal(
    notes.map(({ title, body }) => `${title} ${body}`.replaceAll('\u00a0', ' ')),
    [
      '12.50 EUR to Nordlys Energi has arrived. ',
      '12.50 EUR to Nordlys Energi was not sent. The payee’s bank refused it. The money stays on your account.',
      '12.50 EUR to Nordlys Energi was cancelled. The money stays on your account.',
    ],
  )
  assert.is(notes[0]?.href, `/payments/${id}`)
  assert.equal(
    notes.map(({ read }) => read),
    [false, false, false],
  )
})

test('an event that is told again has no second effect, and raises nothing', async () => {
  const alice = customer()
  const change = paymentChange(alice.id)
  await tellFeed(db, 'payments/changes', [change, change])
  await catchUp()
  const version = await versionOf(alice)
  assert.ok(Number(version) > 0, 'a new note raises its tag')
  await tellFeed(db, 'payments/changes', [change])
  await catchUp()
  assert.is((await titlesOf(alice)).length, 1)
  assert.is(await versionOf(alice), version)
})

test('what happens to an account is told to its owner, with what to do', async () => {
  const alice = customer()
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 9, minute))
  await tellFeed(db, 'auth/changes', [
    { userId: alice.id, what: 'signed-in', at: at(1) },
    { userId: alice.id, what: 'signed-in', at: at(2) },
    { userId: alice.id, what: 'password-changed', at: at(3) },
    { userId: alice.id, what: 'locked', at: at(4) },
    { userId: alice.id, what: 'unlocked', at: at(5) },
  ])
  await catchUpAccounts()
  assert.equal(await titlesOf(alice), [
    'Somebody signed in to your account.',
    'Somebody signed in to your account.',
    'Your password was changed.',
    'Your account was locked.',
    'Your account is open again.',
  ])
  const [signedIn] = await listAllNotes(db, alice.id)
  assert.is(signedIn?.body, 'If it was not you, change your password.')
})

test('of a closed account nothing is kept, also what is told late', async () => {
  const [gone, stays] = [customer(), customer()]
  await tellAll([...news(gone.id, 3), ...news(stays.id, 1)])
  const version = await versionOf(gone)
  await tellFeed(db, 'auth/changes', [{ userId: gone.id, what: 'closed', at: new Date() }])
  await catchUpAccounts()
  await tellFeed(db, 'payments/changes', [paymentChange(gone.id)])
  await catchUp()
  assert.equal(await titlesOf(gone), [])
  assert.ok(Number(await versionOf(gone)) > Number(version))
  assert.is((await titlesOf(stays)).length, 1)
})

test('the bell counts for customers, in words and in a figure, and is nothing for others', async () => {
  const alice = customer()
  const bell = async (as?: User, place = 'rates') => ask(`GET /_/notifications/bell?place=${place}`, as)
  assert.match((await bell(alice)).body, 'aria-label="Notifications, nothing unread"')
  assert.not.match((await bell(alice)).body, '<b')
  await tellAll(news(alice.id, 3))
  const three = await bell(alice)
  assert.match(three.body, /^<a class="bell" href="\/notifications" aria-label="Notifications, 3 unread"><svg/)
  assert.match(three.body, '>3</b>')
  assert.is(three.headers['cache-control'], 'private, no-store')
  assert.is(three.headers['cache-tag'], `notifications:${alice.id}`)
  await tellAll(news(alice.id, 100))
  const many = (await bell(alice, 'notifications')).body
  assert.match(many, 'aria-label="Notifications, more than 99 unread"')
  assert.match(many, '>99+</b>')
  assert.match(many, 'aria-current="page"')
  for (const as of [
    undefined,
    { ...customer(), role: 'staff' as const },
    { ...customer(), role: 'auditor' as const },
  ]) {
    const { statusCode, body } = await bell(as)
    assert.is(statusCode, 200)
    assert.is(body, '')
  }
})

test('counting for the bell reads no notes of others, however many there are', async () => {
  const others = Array.from({ length: 40 }, () => randomUUID())
  await tellAll(others.flatMap((userId) => news(userId, 250)))
  await db.query('analyze notifications.notes')
  const plan: string[] = []
  const explaining: Sql = {
    async query(text, values) {
      const lines = await db.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values)
      plan.push(...lines.map((line) => line['QUERY PLAN']))
      return []
    },
  }
  await countUnread(explaining, randomUUID())
  const scans = plan.filter((line) => line.includes(' on notes'))
  assert.is(scans.length, 2)
  for (const scan of scans) assert.match(scan, 'using notes_unread')
  await db.query('delete from notifications.notes where user_id = any($1)', [others])
})

test('the list: newest first, unread by a word and by weight, each with where to see more', async () => {
  const alice = customer()
  await tellAll(news(alice.id, 2))
  const { body, headers } = await ask('GET /_/notifications/list', alice)
  assert.match(body, '<h2 id="notes">2 unread</h2>')
  assert.match(body, /Title 1\..*Title 0\./)
  assert.match(body, /<li class="unread"><p><a href="\/payments">Title 1\.<\/a>.*?<b>Unread · <\/b>/)
  assert.match(body, '<time datetime="2026-01-01T00:01Z">1 Jan 2026, 00:01 UTC</time>')
  assert.match(body, 'aria-label="Mark as read: Title 1."')
  assert.is(headers['cache-tag'], `notifications:${alice.id}`)
  assert.is((await ask('GET /_/notifications/list')).statusCode, 401)
})

test('marking one or all as read needs a press, says so, and changes the pages that show it', async () => {
  const alice = customer()
  await tellAll(news(alice.id, 3))
  const [newest] = await listNotes(db, alice.id, undefined, 1)
  const version = await versionOf(alice)
  const marked = await ask('POST /_/notifications/list?action=notifications/list.read', alice, {
    id: String(newest?.id),
  })
  assert.is(marked.statusCode, 200, 'without a page, the fragment itself')
  assert.match(marked.body, '2 unread')
  assert.is((marked.body.match(/class="unread"/g) ?? []).length, 2)
  const after = await versionOf(alice)
  assert.ok(Number(after) > Number(version))
  await ask('POST /_/notifications/list?action=notifications/list.read', alice, { id: String(newest?.id) })
  assert.is(await versionOf(alice), after, 'pressed twice, it changes nothing')

  const [, upTo = ''] = /name="upTo" value="(\d+)"/.exec(marked.body) ?? []
  await tellAll([{ ...news(alice.id, 1)[0], event: 'late', title: 'Came meanwhile.' } as News])
  const all = await ask('POST /_/notifications/list?action=notifications/list.readAll', alice, { upTo })
  assert.match(all.body, '<h2 id="notes">1 unread</h2>')
  assert.equal(
    (await listAllNotes(db, alice.id)).filter(({ read }) => !read).map(({ title }) => title),
    ['Came meanwhile.'],
    'what came after the page was shown stays unread',
  )
  assert.is((await ask('GET /_/notifications/list', alice)).body, all.body, 'looking changes nothing')
})

test('nobody marks or sees what is told to somebody else', async () => {
  const [alice, bob] = [customer(), customer('Bob Lindqvist')]
  await tellAll(news(alice.id, 1))
  const [note] = await listNotes(db, alice.id, undefined, 1)
  await ask('POST /_/notifications/list?action=notifications/list.read', bob, { id: String(note?.id) })
  await ask('POST /_/notifications/list?action=notifications/list.readAll', bob, { upTo: '999999999' })
  assert.is((await countUnread(db, alice.id)).count, 1)
  assert.not.match((await ask('GET /_/notifications/list', bob)).body, 'Title')
  const nonsense = await ask('POST /_/notifications/list?action=notifications/list.read', alice, { id: 'x' })
  assert.is(nonsense.statusCode, 422)
  assert.match(nonsense.body, 'We could not mark that as read.')
})

test('many notes are read page by page and back, each once', async () => {
  const alice = customer()
  // Two of every time, so that a place needs more than a time.
  await tellAll([
    ...news(alice.id, 25),
    ...news(alice.id, 25).map((one) => ({ ...one, event: `twin ${one.event}`, title: `Twin of ${one.title}` })),
  ])
  const seen: string[] = []
  const pages: string[] = []
  let next: string | undefined = ''
  while (next !== undefined) {
    const { body } = await ask(`GET /_/notifications/list${next}`, alice)
    pages.push(body)
    seen.push(...Array.from(body.matchAll(/<a href="\/payments">([^<]*)</g), ([, title = '']) => title))
    next = /rel="next" href="\/notifications(\?cursor=[^"]*)"/.exec(body)?.[1]
  }
  assert.is(pages.length, 3)
  assert.is(seen.length, 50)
  assert.is(new Set(seen).size, 50)
  const back = /rel="prev" href="\/notifications(\?cursor=[^"]*)"/.exec(pages[1] ?? '')?.[1]
  const first = (await ask(`GET /_/notifications/list${back}`, alice)).body
  assert.equal(first.match(/Title \d+/g), pages[0]?.match(/Title \d+/g))
  assert.is((await ask('GET /_/notifications/list?cursor=x', alice)).statusCode, 400)
})

test('a cursor is its place, and nothing else is a cursor', () => {
  const place = { toward: 'older', at: new Date(Date.UTC(2026, 10, 23, 9, 30, 1, 5)), id: 812 } as const
  assert.match(encodeCursor(place), CURSOR)
  assert.equal(decodeCursor(encodeCursor(place)), place)
  for (const text of [undefined, '', 'o', 'x1-1', 'o1', 'o1-', 'o1-1-1']) assert.is(decodeCursor(text), undefined)
})

test('the overview shows the newest few, and where the others are', async () => {
  const alice = customer()
  assert.match((await ask('GET /_/notifications/recent', alice)).body, 'No notifications yet')
  await tellAll(news(alice.id, 5))
  const { body, headers } = await ask('GET /_/notifications/recent?limit=2', alice)
  assert.equal(body.match(/Title \d/g), ['Title 4', 'Title 3'])
  assert.match(body, '<a href="/notifications">All notifications</a>')
  assert.is(headers['cache-tag'], `notifications:${alice.id}`)
})

test('without notes there is one next step', async () => {
  const { body } = await ask('GET /_/notifications/list', customer())
  assert.match(body, 'No notifications yet')
  assert.match(body, '<a href="/payments/new">Send a payment</a>')
  assert.not.match(body, '<form')
})

test('what people write stays inert', async () => {
  const alice = customer()
  const payee = '"><script>alert(1)</script><!--# include virtual="/_i/x" --><esi:include/>'
  await tellFeed(db, 'payments/changes', [paymentChange(alice.id, { payee })])
  await catchUp()
  for (const name of ['list', 'recent']) {
    const { body } = await ask(`GET /_/notifications/${name}`, alice)
    assert.match(body, '&lt;script>')
    assert.not.match(body, /<script|<!--\s*#|<esi:/)
  }
})

test('what nobody has read is deleted after three years', async () => {
  const alice = customer()
  const DAY = 86_400_000
  await tellAll([
    ...news(alice.id, 1, Date.now() - 1_097 * DAY),
    ...news(alice.id, 1, Date.now() - 1_094 * DAY).map((one) => ({ ...one, event: 'later', title: 'Later.' })),
  ])
  const version = await versionOf(alice)
  await deleteOld(db)
  assert.equal(await titlesOf(alice), ['Later.'])
  assert.ok(Number(await versionOf(alice)) > Number(version))
})

test('what was read is deleted after a year, what was not stays', async () => {
  const alice = customer()
  const YEAR = 365 * 86_400_000
  await tellAll(news(alice.id, 2, Date.now() - YEAR - 2 * 86_400_000))
  const [newest] = await listNotes(db, alice.id, undefined, 1)
  await ask('POST /_/notifications/list?action=notifications/list.read', alice, { id: String(newest?.id) })
  const version = await versionOf(alice)
  await deleteOld(db)
  assert.equal(await titlesOf(alice), ['Title 0.'])
  assert.ok(Number(await versionOf(alice)) > Number(version))
})

test('a person gets what we hold about them, and only the profile may fetch it', async () => {
  const alice = customer()
  await tellAll(news(alice.id, 1))
  const { data } = await askAs('profile')(exportNotifications, { userId: alice.id })
  assert.equal(data, [{ at: '2026-01-01T00:00:00.000Z', title: 'Title 0.', body: '', read: false }])
  const refused = await askAs('payments')(exportNotifications, { userId: alice.id }).catch((error: Error) => error.name)
  assert.is(refused, 'Forbidden')
})

test('the demonstration begins once, with something unread', async () => {
  const alice = { ...customer(), id: 'a11ce000-0000-4000-8000-000000000001' }
  const bob = { ...customer(), id: 'b0b00000-0000-4000-8000-000000000002' }
  for (let start = 0; start < 2; start++) await db.transaction(seed)
  assert.is((await countUnread(db, alice.id)).count, 2)
  assert.is((await titlesOf(alice)).length, 8)
  assert.is((await countUnread(db, bob.id)).count, 0)
  await ask('POST /_/notifications/list?action=notifications/list.readAll', alice, { upTo: '999999999' })
  await db.transaction(seed)
  assert.is((await countUnread(db, alice.id)).count, 0)
})

test('jobs end at once when they are told to', async () => {
  for (const { run } of [exported.followPayments, exported.followAccounts, exported.housekeeping]) {
    const controller = new AbortController()
    const done = run({ db, ask: noNeighbour, log: openLog('silent'), signal: controller.signal })
    controller.abort()
    assert.is(await Promise.race([done.then(() => 'ended'), sleep(2_000, 'still there')]), 'ended')
  }
})

test.run()
