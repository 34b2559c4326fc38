import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { User } from '#kit'
import { openTestDatabase } from '#kit/database.fixture.ts'
import type { Sql } from '#kit/database.ts'
import { openLog } from '#kit/log.ts'
import { noNeighbour, openTestMfes } from '#kit/mfe.fixture.ts'
import { readTags } from '#kit/tags.ts'
import { exportNotifications } from '../../hub/contracts/notifications.ts'
import { deliverTo, takePublished } from '../../hub/deliver.fixture.ts'
import type { DataOf } from '../../hub/events.ts'
import { CURSOR, decodeCursor, encodeCursor } from './cursor.ts'
import * as exported from './fragment.tsx'
import { countUnread, deleteOld, type News, tell } from './notes.ts'
import { seed } from './seed.ts'
import { listAllNotes, listNotes } from './store.ts'

const { db, close } = await openTestDatabase({ notifications: join(import.meta.dirname, 'migrations') })
const { askMfe, askAs } = openTestMfes({ notifications: exported, payments: {} }, db)
/** Hands them an event as its publisher would; how others come to publish it is theirs to test. */
const deliver = deliverTo(exported.events, db)
const DONE = { kind: 'done' } as const
const ask = (route: string, as?: User, form?: Record<string, string>) =>
  askMfe('notifications', route, { as, ...(form && { form }) })

test.after(close)

function customer(name = 'Alice Martin'): User {
  return { id: randomUUID(), name, role: 'customer', session: randomUUID() }
}

type PaymentData = DataOf<'payment.completed'>

function payment(userId: string, data: Partial<PaymentData> = {}): PaymentData {
  return { userId, amount: 1250, currency: 'EUR', payee: 'Nordlys Energi', reason: null, ...data }
}

function account({ id: userId, role }: User) {
  return { userId, role }
}

function decision(user: User) {
  return { ...account(user), actor: randomUUID(), reason: 'A stranger called.' }
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

const titlesOf = async (user: User) => (await listAllNotes(db, user.id)).map(({ title }) => title)
const versionOf = async (user: User) =>
  (await readTags(db, [`notifications:${user.id}`])).get(`notifications:${user.id}`)

/** Of whom it was published that there is something new for them, since this was last asked. */
async function toldOf(): Promise<string[]> {
  const events = await takePublished(db)
  for (const { type, subject, data } of events) {
    assert.is(type, 'notification.created')
    assert.equal(data, { userId: subject }, 'who, and nothing of what')
  }
  return events.map(({ subject }) => subject)
}

test('how a payment ended is told once, plainly, with what it means for the money', async () => {
  const alice = customer()
  await toldOf()
  const id = randomUUID()
  const at = (hour: number) => ({ time: new Date(Date.UTC(2026, 10, 23, hour)) })
  const reason = 'The payee’s bank refused it.'
  const verdicts = [
    await deliver('payment.completed', id, payment(alice.id), at(9)),
    await deliver('payment.failed', randomUUID(), payment(alice.id, { reason }), at(10)),
    await deliver('payment.cancelled', randomUUID(), payment(alice.id), at(11)),
  ]
  assert.equal(verdicts, [DONE, DONE, DONE])
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
    notes.map(({ at }) => at.getUTCHours()),
    [9, 10, 11],
    'at the time when it happened',
  )
  assert.equal(
    notes.map(({ read }) => read),
    [false, false, false],
  )
  assert.equal(await toldOf(), [alice.id, alice.id, alice.id])
})

test('of a payment on its way nothing is told, nor of what else nobody needs to be told', async () => {
  const alice = customer()
  for (const type of ['payment.submitted', 'payment.processing'] as const) {
    const { kind } = await deliver(type, randomUUID(), payment(alice.id))
    assert.is(kind, 'dead', 'it is none of the events that they may have')
  }
  const { kind } = await deliver('user.signed-out', alice.id, account(alice))
  assert.is(kind, 'dead')
  assert.equal(await titlesOf(alice), [])
})

test('an event that comes again has no second effect, and raises nothing: handed out twice, replayed, or under another id', async () => {
  const alice = customer()
  await toldOf()
  const [subject, id] = [randomUUID(), randomUUID()]
  const tellIt = (occasion = {}) => deliver('payment.completed', subject, payment(alice.id), { id, ...occasion })
  await Promise.all([tellIt(), tellIt(), tellIt()])
  const version = await versionOf(alice)
  assert.ok(Number(version) > 0, 'a new note raises its tag')
  assert.equal(await toldOf(), [alice.id])
  const again = [await tellIt(), await tellIt({ replay: 'one' }), await tellIt({ replay: 'two' })]
  assert.equal([...again, await tellIt({ id: randomUUID() })], [DONE, DONE, DONE, DONE])
  assert.is((await titlesOf(alice)).length, 1)
  assert.is(await versionOf(alice), version)
  assert.equal(await toldOf(), [])
})

test('what happens to an account is told to its owner, with what to do', async () => {
  const alice = customer()
  const at = (minute: number) => ({ time: new Date(Date.UTC(2026, 10, 23, 9, minute)) })
  const event = randomUUID()
  const again = { ...at(2), id: event, replay: 'again' }
  const verdicts = [
    await deliver('user.signed-in', alice.id, account(alice), at(1)),
    await deliver('user.signed-in', alice.id, account(alice), { ...at(2), id: event }),
    await deliver('user.signed-in', alice.id, account(alice), again),
    await deliver('user.password-changed', alice.id, account(alice), at(3)),
    await deliver('user.locked', alice.id, decision(alice), at(4)),
    await deliver('user.unlocked', alice.id, decision(alice), at(5)),
  ]
  assert.ok(verdicts.every(({ kind }) => kind === 'done'))
  assert.equal(await titlesOf(alice), [
    'Somebody signed in to your account.',
    'Somebody signed in to your account.',
    'Your password was changed.',
    'Your account was locked.',
    'Your account is open again.',
  ])
  const notes = await listAllNotes(db, alice.id)
  assert.is(notes[0]?.body, 'If it was not you, change your password.')
  assert.not.match(JSON.stringify(notes), 'A stranger called.', 'why is told by people')
})

test('staff and auditors are told nothing', async () => {
  await toldOf()
  for (const role of ['staff', 'auditor'] as const) {
    const one = { ...customer(), role }
    for (const type of ['user.signed-in', 'user.password-changed'] as const) {
      assert.equal(await deliver(type, one.id, account(one)), DONE)
    }
    assert.equal(await titlesOf(one), [])
    assert.is(await versionOf(one), 0)
  }
  assert.equal(await toldOf(), [])
})

test('of a closed account nothing is kept, also what is told late', async () => {
  const [gone, stays] = [customer(), customer()]
  await tellAll([...news(gone.id, 3), ...news(stays.id, 1)])
  const version = await versionOf(gone)
  await toldOf()
  const event = randomUUID()
  assert.equal(await deliver('user.closed', gone.id, account(gone), { id: event }), DONE)
  const after = await versionOf(gone)
  assert.ok(Number(after) > Number(version))
  const late = [
    await deliver('payment.completed', randomUUID(), payment(gone.id)),
    await deliver('user.signed-in', gone.id, account(gone), { time: new Date(Date.now() - 60_000) }),
    await deliver('user.unlocked', gone.id, decision(gone), { replay: 'again' }),
    await deliver('user.closed', gone.id, account(gone), { id: event }),
    await deliver('user.closed', gone.id, account(gone), { id: event, replay: 'again' }),
  ]
  assert.ok(late.every(({ kind }) => kind === 'done'))
  assert.equal(await titlesOf(gone), [])
  assert.is(await versionOf(gone), after)
  assert.equal(await toldOf(), [])
  assert.is((await titlesOf(stays)).length, 1)
})

test('what comes at the very time of the closing is gone with the next housekeeping', async () => {
  const gone = customer()
  await Promise.all([
    ...Array.from({ length: 4 }, () => deliver('payment.completed', randomUUID(), payment(gone.id))),
    deliver('user.closed', gone.id, account(gone)),
  ])
  await deleteOld(db)
  assert.equal(await titlesOf(gone), [])
})

test('a note and its event are written together or not at all', async () => {
  const alice = customer()
  const id = randomUUID()
  const tellIt = () => deliver('payment.completed', 'p1', payment(alice.id), { id })
  await db.query("alter table hub.outbox add constraint refused check (source <> 'notifications') not valid")
  const { kind } = await tellIt()
  await db.query('alter table hub.outbox drop constraint refused')
  assert.is(kind, 'retry')
  assert.equal(await titlesOf(alice), [])
  await toldOf()
  assert.equal(await tellIt(), DONE)
  assert.is((await titlesOf(alice)).length, 1)
  assert.equal(await toldOf(), [alice.id])
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
  assert.match(body, '<a href="/payments">See your payments</a>')
  assert.not.match(body, '<form')
})

test('what people write stays inert', async () => {
  const alice = customer()
  const payee = '"><script>alert(1)</script><!--# include virtual="/_i/x" --><esi:include/>'
  await deliver('payment.completed', randomUUID(), payment(alice.id, { payee }))
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

test('housekeeping ends at once when it is told to', async () => {
  const controller = new AbortController()
  const deps = { db, ask: noNeighbour, log: openLog('silent'), signal: controller.signal }
  const done = exported.housekeeping.run(deps)
  controller.abort()
  assert.is(await Promise.race([done.then(() => 'ended'), sleep(2_000, 'still there')]), 'ended')
})

test.run()
