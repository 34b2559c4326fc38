/** The audit log: what it hears it keeps, once, in one chain; and whoever lays hands on it is found out. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { provide, type User } from '#kit'
import { openTestDatabase } from '#kit/database.fixture.ts'
import { openTestMfes } from '#kit/mfe.fixture.ts'
import { readAccounts } from '../../hub/contracts/auth.ts'
import { deliverTo } from '../../hub/deliver.fixture.ts'
import { RIGHTS, typesConsumedBy } from '../../hub/rights.ts'
import { type Head, hashOf, nameHead, note, type Row } from './audit.ts'
import { type Cursor, encodeCursor } from './audit-cursor.ts'
import { events } from './audit-events.ts'
import { countRows, readHead, readRows } from './audit-store.ts'
import { verify } from './audit-verify.ts'
import * as admin from './fragment.tsx'

const HOSTILE = '"><script>alert(1)</script><!--# include virtual="/_i/x" -->'
const ALICE = randomUUID()
const INES = randomUUID()
const NAMES: Record<string, string> = { [ALICE]: 'Alice Martin', [INES]: 'Ines Okafor' }
const PAYMENT = { userId: ALICE, amount: 1250, currency: 'EUR', payee: 'Nordlys Energi', reason: null } as const

const { db, close } = await openTestDatabase({ admin: join(import.meta.dirname, 'migrations') })
const deliver = deliverTo(events, db)
const auth = {
  read: provide(readAccounts, ({ ids }) => ({
    accounts: ids.filter((id) => NAMES[id]).map((id) => accountOf(id, NAMES[id] ?? '')),
  })),
}
const whole = openTestMfes({ admin, auth }, db)
const staff: User = { id: INES, role: 'staff', name: 'Ines Okafor', session: randomUUID() }

test.before.each(clear)
test.after(close)

function accountOf(id: string, name: string) {
  const state = 'open' as const
  return { id, name, email: 'a@example.com', role: 'customer' as const, state, createdAt: new Date(), lastSeenAt: null }
}

/** So many payments completed, one after the other. */
async function fill(count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    await deliver('payment.completed', `p${index + 1}`, { ...PAYMENT, amount: 100 + index })
  }
}

/** As somebody does who may do anything to the database. */
async function tamper(...statements: string[]): Promise<void> {
  await db.transaction(async (sql) => {
    await sql.query('alter table admin.audit disable trigger all')
    for (const statement of statements) await sql.query(statement)
    await sql.query('alter table admin.audit enable always trigger only_grows')
  })
}

async function clear(): Promise<void> {
  await tamper('truncate admin.audit, hub.inbox')
}

async function rows(): Promise<Row[]> {
  return readRows(db, 0, Number.MAX_SAFE_INTEGER, 1_000)
}

/** `changed 3`, `missing -`: kinds and positions of what was found. */
async function findings(written?: Head): Promise<string[]> {
  const verdict = await verify(db, written)
  assert.is(verdict.whole, verdict.findings.length === 0)
  for (const { says } of verdict.findings) assert.match(says, /^[A-Z].+\.$/)
  return verdict.findings.map(({ kind, position }) => `${kind} ${position ?? '-'}`)
}

/** The row again, as somebody seals it who knows how. */
async function reseal(position: number): Promise<void> {
  const row = (await rows()).find((one) => one.position === position)
  if (!row) throw new Error(`There is no row ${position}.`)
  await tamper(`update admin.audit set hash = decode('${hashOf(row)}', 'hex') where position = ${position}`)
}

async function refusalOf(statement: string): Promise<string> {
  return db.query(statement).then(
    () => 'not refused',
    (error: Error) => error.message,
  )
}

async function show(query: string, mfes = whole): Promise<string> {
  const { statusCode, body } = await mfes.askMfe('admin', `GET /_/admin/audit${query}`, { as: staff })
  assert.is(statusCode, 200, body)
  return body
}

/** What stands in the rows of the page, from the top. */
async function happened(query: string): Promise<string[]> {
  return Array.from((await show(query)).matchAll(/scope="row">([^<]+)</g), ([, what = '']) => what)
}

test('what is heard is kept to the byte, with whom it names, and chained', async () => {
  const time = new Date('2026-11-23T13:58:00.123Z')
  const id = randomUUID()
  const reason = 'Stolen “phone” \u0000 \ud83d\udcf1'
  await deliver('payment.completed', 'p1', PAYMENT)
  await deliver('user.locked', ALICE, { userId: ALICE, role: 'customer', actor: INES, reason }, { time, id })
  await deliver('hub.replayed', 'admin', {
    operator: 'Ruth',
    reason,
    replay: 'r1',
    selection: 'all',
    count: 3,
  })
  await deliver('deploy.released', 'payments', { build: '1f0c' })
  const [first, second, third, fourth] = await rows()
  assert.is(first?.position, 1)
  assert.is(first?.previous, '0'.repeat(64))
  assert.is(first?.actor, ALICE)
  assert.is(second?.previous, first?.hash)
  assert.equal([second?.event, second?.source, second?.subject, second?.actor], [id, 'auth', ALICE, INES])
  assert.equal(second?.happenedAt, time)
  assert.is(second?.data, JSON.stringify({ userId: ALICE, role: 'customer', actor: INES, reason }))
  assert.match(second?.trace ?? '', /^[0-9a-f]{32}$/)
  assert.is(third?.actor, 'Ruth')
  assert.is(fourth?.actor, null)
  const verdict = await verify(db)
  assert.equal(verdict, { whole: true, rows: 4, head: await readHead(db), findings: [], more: false })
})

test('there is nothing in an empty log, and nothing wrong with it', async () => {
  assert.equal(await verify(db), { whole: true, rows: 0, head: undefined, findings: [], more: false })
})

test('every kind of event that it may hear has a handler', () => {
  for (const type of typesConsumedBy(RIGHTS, 'admin')) assert.ok(events.prepareFor(type), type)
})

test('an event that comes again, or is replayed, has one row, and leaves no gap', async () => {
  const id = randomUUID()
  await deliver('payment.completed', 'p1', PAYMENT, { id })
  await deliver('payment.completed', 'p1', PAYMENT, { id })
  assert.equal(await deliver('payment.completed', 'p1', PAYMENT, { id, replay: 'r1' }), { kind: 'done' })
  await deliver('payment.completed', 'p2', PAYMENT)
  const found = await rows()
  assert.equal(
    found.map(({ position, subject }) => `${position} ${subject}`),
    ['1 p1', '2 p2'],
  )
  assert.equal(await findings(), [])
})

test('events that come all at once stand in one chain', async () => {
  const count = 20
  const outcomes = await Promise.all(
    Array.from({ length: count }, (_, index) => deliver('payment.completed', `p${index}`, PAYMENT)),
  )
  assert.ok(outcomes.every(({ kind }) => kind === 'done'))
  const found = await rows()
  assert.equal(
    found.map(({ position }) => position),
    Array.from({ length: count }, (_, index) => index + 1),
  )
  assert.is(new Set(found.map(({ subject }) => subject)).size, count)
  assert.equal(await findings(), [])
})

test('what is undone by its transaction leaves no gap', async () => {
  await fill(1)
  await db
    .transaction(async (sql) => {
      await deliverTo(events, { ...db, transaction: (work) => work(sql) })('payment.completed', 'undone', PAYMENT)
      throw new Error('Undone.')
    })
    .catch(() => {})
  await fill(1)
  assert.equal(
    (await rows()).map(({ position }) => position),
    [1, 2],
  )
  assert.equal(await findings(), [])
})

test('the database refuses to change, delete or empty it, and says why', async () => {
  await fill(2)
  for (const [statement, what] of [
    ["update admin.audit set actor = 'nobody'", 'update'],
    ['update admin.audit set actor = null where false', 'update'],
    ['delete from admin.audit', 'delete'],
    ['truncate admin.audit', 'truncate'],
    [
      'insert into admin.audit select * from admin.audit limit 1 on conflict (source, event) do update set actor = null',
      'update',
    ],
  ] as const) {
    assert.is(await refusalOf(statement), `The audit log only grows: ${what} is refused.`, statement)
  }
  const replica = db.transaction(async (sql) => {
    await sql.query("set local session_replication_role = 'replica'")
    await sql.query('delete from admin.audit')
  })
  await replica.then(
    () => assert.unreachable(),
    (error: Error) => assert.match(error.message, 'The audit log only grows'),
  )
  assert.is(await countRows(db), 2)
})

test('a row that was changed is found, whatever was changed in it', async () => {
  for (const change of [
    'event = gen_random_uuid()',
    "type = 'payment.failed'",
    "source = 'auth'",
    "subject = 'p9'",
    "happened_at = happened_at + interval '1 ms'",
    "happened_at = 'infinity'",
    "noted_at = noted_at - interval '1 day'",
    'actor = null',
    "trace = 'f'",
    `data = (data::text || ' ')::json`,
    `data = '{"amount":1}'`,
    "previous = decode(repeat('ab', 32), 'hex')",
    "hash = decode(repeat('ab', 32), 'hex')",
  ]) {
    await clear()
    await fill(4)
    await tamper(`update admin.audit set ${change} where position = 3`)
    const [first, ...others] = await findings()
    assert.is(first, 'changed 3', change)
    // Another event's id is no event that was ever told, and the one that was has no row.
    assert.equal(others, change.startsWith('event') ? ['missing -', 'added 3'] : [], change)
  }
})

test('a row that was changed and sealed again does not fit to the next one', async () => {
  await fill(4)
  await tamper("update admin.audit set actor = 'nobody' where position = 2")
  await reseal(2)
  assert.equal(await findings(), ['reordered 3'])
})

test('rows that are missing are found: at the start, in the middle, several', async () => {
  await fill(8)
  await tamper('delete from admin.audit where position in (1, 4, 5)')
  const { findings: found } = await verify(db)
  assert.equal(
    found.slice(0, 2).map(({ says }) => says),
    ['Row 1 is missing.', 'Rows 4 to 5 are missing.'],
  )
  // And what was in them, as long as the inbox knows.
  const gone = found.slice(2).map(({ says }) => says)
  assert.is(gone.length, 3)
  for (const subject of ['p1', 'p4', 'p5']) {
    assert.ok(
      gone.some((says) => says.includes(`payment.completed of ${subject}, noted at`)),
      subject,
    )
  }
})

test('a row that is missing where the others have moved up is found', async () => {
  await fill(5)
  await tamper(
    'delete from admin.audit where position = 2',
    'update admin.audit set position = position - 1 where position = 3',
    'update admin.audit set position = position - 1 where position = 4',
    'update admin.audit set position = position - 1 where position = 5',
  )
  const { findings: found } = await verify(db)
  assert.equal(
    found.slice(0, 3).map(({ says }) => says),
    [3, 4, 5].map((place) => `Row ${place - 1} was row ${place} when it was written.`),
  )
})

test('rows that have changed places are found', async () => {
  await fill(5)
  await tamper(
    'update admin.audit set position = 100 where position = 2',
    'update admin.audit set position = 2 where position = 3',
    'update admin.audit set position = 3 where position = 100',
  )
  const { findings: found } = await verify(db)
  assert.equal(
    found.map(({ says }) => says),
    ['Row 2 was row 3 when it was written.', 'Row 3 was row 2 when it was written.'],
  )
  await reseal(2)
  await reseal(3)
  assert.equal(await findings(), ['reordered 2', 'reordered 3', 'reordered 4'])
})

test('a tail that was cut off is found by the inbox, and by a head that was written down', async () => {
  await fill(5)
  const head = await readHead(db)
  assert.ok(head)
  await tamper('delete from admin.audit where position > 3')
  assert.equal(await findings(), ['missing -', 'missing -'])
  await fill(3)
  assert.equal(await findings(), ['missing -', 'missing -'], 'also where the log has grown since')
  assert.equal(await findings(head), ['changed 5', 'missing -', 'missing -'])

  // Whoever takes away the notes too is found by the head alone.
  await db.query('delete from hub.inbox where event not in (select event from admin.audit)')
  assert.equal(await findings(), [])
  assert.equal(await findings(head), ['changed 5'])
  await tamper('delete from admin.audit where position > 3')
  assert.ok((await findings(head)).includes('missing 5'))
})

test('a head that was written down in short still fits after the log has grown', async () => {
  await fill(3)
  const [position, hash = ''] = nameHead((await readHead(db)) ?? { position: 0, hash: '' }).split(':')
  await fill(3)
  assert.equal(await findings({ position: Number(position), hash }), [])
})

test('a row that was added is found, also where it is sealed', async () => {
  await fill(3)
  const insert = (place: number) => `insert into admin.audit
    select ${place}, gen_random_uuid(), 'payment.failed', source, subject, happened_at, noted_at, actor, trace, data, hash, hash
    from admin.audit order by position desc limit 1`
  await tamper(insert(4))
  assert.equal(await findings(), ['changed 4', 'added 4'])
  await reseal(4)
  assert.equal(await findings(), ['added 4'])
})

test('only the first findings are gathered, and that there are more is said', async () => {
  await fill(30)
  await tamper("update admin.audit set actor = 'nobody'")
  const { findings: found, more, rows: count } = await verify(db)
  assert.is(found.length, 20)
  assert.is(more, true)
  assert.is(count, 30)
})

test('a long log is walked to its end, page by page', async () => {
  const count = 600
  await db.transaction(async (sql) => {
    for (let index = 0; index < count; index++) {
      await note(sql, {
        event: randomUUID(),
        type: 'payment.completed',
        source: 'payments',
        subject: `p${index}`,
        happenedAt: new Date(),
        actor: ALICE,
        trace: 'a'.repeat(32),
        data: JSON.stringify(PAYMENT),
      })
    }
    await sql.query(`insert into hub.inbox (consumer, source, event, type, subject, sequence, trace)
      select 'admin', source, event, type, subject, position, trace from admin.audit`)
  })
  assert.equal(await findings(), [])
  await tamper(`update admin.audit set actor = null where position in (501, ${count})`)
  assert.equal(await findings(), ['changed 501', `changed ${count}`])
})

test('whatever happens, the chain holds; whatever is done to it, it shows', async () => {
  const told = fc.record({
    subject: fc.string({ minLength: 1, maxLength: 50, unit: 'binary' }).filter((text) => !text.includes('\0')),
    payee: fc.string({ unit: 'binary' }),
    amount: fc.integer(),
    time: fc.date({ min: new Date('0100-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
  })
  const deed = fc.record({
    kind: fc.constantFrom('change', 'delete', 'swap'),
    place: fc.nat(),
    other: fc.nat(),
    column: fc.constantFrom('type', 'source', 'subject', 'trace', 'actor'),
    value: fc.string({ minLength: 1, maxLength: 10, unit: 'grapheme-ascii' }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(told, { minLength: 2, maxLength: 12 }), deed, async (all, act) => {
      await clear()
      for (const { subject, time, ...given } of all) {
        const verdict = await deliver('payment.failed', subject, { ...PAYMENT, ...given }, { time })
        assert.equal(verdict, { kind: 'done' })
      }
      assert.equal(await findings(), [])
      const place = (act.place % all.length) + 1
      const other = (act.other % all.length) + 1
      if (act.kind === 'change') {
        await tamper(
          `update admin.audit set ${act.column} = '${act.value.replaceAll("'", "''")}' || ${act.column} where position = ${place}`,
        )
        assert.equal(await findings(), [`changed ${place}`])
      } else if (act.kind === 'delete') {
        await tamper(`delete from admin.audit where position = ${place}`)
        assert.ok((await findings()).length > 0)
      } else if (place !== other) {
        await tamper(
          `update admin.audit set position = 1000 where position = ${place}`,
          `update admin.audit set position = ${place} where position = ${other}`,
          `update admin.audit set position = ${other} where position = 1000`,
        )
        const found = await findings()
        assert.ok(found.includes(`reordered ${place}`) && found.includes(`reordered ${other}`), String(found))
      }
    }),
    { numRuns: 40 },
  )
})

test('the page says what happened, who did it, and to whom or what', async () => {
  const time = new Date('2026-11-23T13:58:00Z')
  const payment = randomUUID()
  await deliver('payment.completed', payment, PAYMENT, { time })
  await deliver('user.locked', ALICE, { userId: ALICE, role: 'customer', actor: INES, reason: HOSTILE })
  await deliver('user.signed-in', ALICE, { userId: ALICE, role: 'customer' })
  await deliver('profile.updated', ALICE, { userId: ALICE, fields: ['phone', 'city'] })
  await deliver('deploy.released', 'payments', { build: '1f0c' })
  const body = await show('')
  assert.match(body, 'Payment completed')
  assert.match(body, '<time datetime="2026-11-23T13:58Z">23 Nov 2026, 13:58</time>')
  assert.match(body, `<a href="/admin/audit?id=${payment}">12.50\u00a0EUR to Nordlys Energi</a>`)
  assert.match(body, `<a href="/admin/users/${INES}">Ines Okafor</a>`)
  assert.match(body, `<a href="/admin/users/${ALICE}">Alice Martin</a>`)
  assert.match(body, 'Their own account <small>Phone, city</small>')
  assert.match(body, '<a href="/admin/audit?id=payments">1f0c</a>')
  assert.match(body, 'Operator')
  assert.not.match(body, /<script>|<!--#/)
  const [row] = await rows()
  assert.match(body, `Trace ${row?.trace}`)
  assert.match(body, nameHead((await readHead(db)) ?? { position: 0, hash: '' }))
  assert.equal(await happened(''), [
    'New release',
    'Profile changed',
    'Signed in',
    'Account locked',
    'Payment completed',
  ])
})

test('the page is filtered by what happened, and by account or payment', async () => {
  const payment = randomUUID()
  await deliver('payment.submitted', payment, PAYMENT)
  await deliver('payment.completed', payment, { ...PAYMENT, payee: 'Kyoto Paper' })
  await deliver('user.locked', ALICE, { userId: ALICE, role: 'customer', actor: INES, reason: 'Asked to' })
  const bob = randomUUID()
  await deliver('user.signed-in', bob, { userId: bob, role: 'customer' })
  assert.equal(await happened('?type=user.locked'), ['Account locked'])
  assert.equal(await happened(`?id=${payment}`), ['Payment completed', 'Payment submitted'])
  assert.equal(await happened(`?id=${ALICE}`), ['Account locked', 'Payment completed', 'Payment submitted'])
  assert.equal(await happened(`?id=${INES}`), ['Account locked'])
  assert.equal(await happened(`?id=${ALICE}&type=payment.submitted`), ['Payment submitted'])
  assert.equal(await happened(`?id=%20${bob}%20`), ['Signed in'])
  const body = await show(`?id=${encodeURIComponent(HOSTILE.slice(0, 60))}&type=user.locked`)
  assert.match(body, 'No event matches')
  assert.match(body, 'value="&quot;>&lt;script>')
  assert.match(body, /<option[^>]* selected[^>]*>Account locked/)
  assert.match(body, '<a href="/admin/audit">Show the whole log</a>')
})

test('every row is on one page of the log, there and back', async () => {
  await fill(60)
  const walk = async (query: string, rel: string) => {
    const found: number[] = []
    for (let next: string | undefined = query; next !== undefined; ) {
      const body: string = await show(next)
      found.push(...Array.from(body.matchAll(/class="num">(\d+)</g), ([, position]) => Number(position)))
      const href = new RegExp(`rel="${rel}" href="/admin/audit([^"]*)"`).exec(body)?.[1]
      next = href?.replaceAll('&amp;', '&')
    }
    return found
  }
  const down = Array.from({ length: 60 }, (_, index) => 60 - index)
  for (const filter of ['?type=payment.completed', `?id=${ALICE}`, '']) {
    assert.equal(await walk(filter, 'next'), down, filter)
  }
  const at = async (toward: Cursor['toward'], place: number) => {
    const row = (await rows()).find(({ position }) => position === place)
    return encodeCursor({ toward, position: place, happenedAt: row?.happenedAt ?? new Date() })
  }
  const last = await walk(`?cursor=${await at('older', 11)}`, 'next')
  assert.equal(last, down.slice(50))
  const up = await walk(`?cursor=${await at('newer', 10)}`, 'prev')
  assert.equal(
    up.toSorted((a, b) => b - a),
    down.slice(0, 50),
  )
})

test('what was heard in another order is shown as it happened', async () => {
  const account = { userId: ALICE, role: 'customer', actor: INES, reason: 'Asked to' } as const
  await deliver('user.unlocked', ALICE, account, { time: new Date('2026-11-23T13:59:00Z') })
  await deliver('user.locked', ALICE, account, { time: new Date('2026-11-23T13:58:00Z') })
  for (const filter of ['', `?id=${INES}`]) assert.equal(await happened(filter), ['Account unlocked', 'Account locked'])
})

test('an empty log says what will be in it; a place that was made up is refused', async () => {
  const body = await show('')
  assert.match(body, 'Nothing has happened yet')
  assert.not.match(body, 'Chain head')
  for (const query of ['cursor=x', 'cursor=o0', 'type=what']) {
    const { statusCode } = await whole.askMfe('admin', `GET /_/admin/audit?${query}`, { as: staff })
    assert.is(statusCode, 400, query)
  }
})

test('without auth, accounts are shown by their numbers; a row of another form is shown all the same', async () => {
  await deliver('user.locked', ALICE, { userId: ALICE, role: 'customer', actor: INES, reason: 'Asked to' })
  const alone = openTestMfes({ admin }, db)
  const body = await show('', alone)
  assert.match(body, 'Names are taking a moment')
  assert.match(body, `<a href="/admin/users/${INES}">${INES}</a>`)
  await tamper(`update admin.audit set data = '[1]', type = 'user.forgotten', actor = 'Somebody'`)
  const odd = await show('')
  assert.match(odd, 'user.forgotten')
  assert.match(odd, `<a href="/admin/audit?id=${ALICE}">${ALICE}</a>`)
})

test.run()
