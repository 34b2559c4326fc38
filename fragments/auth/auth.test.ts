import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openTestDatabase } from '#kit/database.fixture.ts'
import { openLog } from '#kit/log.ts'
import { openTestMfe } from '#kit/mfe.fixture.ts'
import { NEXT_LIMIT } from '#kit/next.ts'
import { readSession, SESSION_COOKIE } from '#kit/session.ts'
import { readTags } from '#kit/tags.ts'
import { readOutbox, takePublished } from '../../hub/deliver.fixture.ts'
import { signIn, signOut } from './auth.ts'
import * as exported from './fragment.tsx'
import { argon2id, type Derive } from './passwords.ts'
import { DEMO_TAG, DEMO_USERS, retire, seed } from './seed.ts'
import { addAccount, deleteOldSessions, findByEmail, replaceHash } from './store.ts'

const { db, close } = await openTestDatabase({ auth: join(import.meta.dirname, 'migrations') })
/** What the log would show at its default level. */
const shown: Record<string, unknown>[] = []
const log = openLog('warn', undefined, { write: (line) => void shown.push(JSON.parse(line)) })
const ask = openTestMfe(exported, db, log)
const alice = { email: 'alice@example.com', password: 'selvedge-demo' }
const ENTER = 'POST /_/auth/sign-in?action=auth/sign-in.enter'

test.before(() => db.transaction(seed))
test.after(close)

/** Counts what is expensive. */
function counted(): { derive: Derive; count: () => number } {
  let count = 0
  const derive: Derive = (...given) => {
    count += 1
    return argon2id(...given)
  }
  return { derive, count: () => count }
}

function userOf(cookie: string | string[] | undefined) {
  const [, value] = new RegExp(`^${SESSION_COOKIE}=([^;]*)`).exec(String(cookie)) ?? []
  return readSession(db, value)
}

async function hashes(): Promise<(string | null)[]> {
  const rows = await db.query<{ password: string | null }>('select password from auth.users order by email')
  return rows.map(({ password }) => password)
}

async function demoCounter(): Promise<number> {
  return (await readTags(db, [DEMO_TAG])).get(DEMO_TAG) ?? 0
}

test('seeding twice adds nothing and hashes nothing', async () => {
  const [before, counter] = [await hashes(), await demoCounter()]
  await db.transaction(seed)
  assert.is(before.length, DEMO_USERS.length)
  assert.equal(await hashes(), before)
  assert.is(await demoCounter(), counter)
})

test('without the demonstration nobody signs in with its password, and who was signed in is not', async () => {
  const guest = '0e000000-0000-4000-8000-000000000004'
  const { password = null } = (await findByEmail(db, alice.email)) ?? {}
  await addAccount(db, { id: guest, email: 'o@b.c', name: 'O', role: 'customer', password })
  const stays = await signIn(db, { ...alice, email: 'o@b.c' }, undefined)
  const ended = await signIn(db, alice, undefined)
  assert.match((await ask('GET /_/auth/demo')).body, '<strong>alice@example.com</strong> or <strong>bob@example.com')
  const counter = await demoCounter()

  await db.transaction(retire)
  for (const { email } of DEMO_USERS) {
    const { derive, count } = counted()
    assert.is(await signIn(db, { ...alice, email }, undefined, derive), undefined, email)
    assert.is(count(), 1, 'and it costs what any sign-in costs')
  }
  assert.is(await userOf(ended?.cookie), undefined)
  assert.ok(await userOf(stays?.cookie), 'accounts of others stay as they are')
  const demo = await ask('GET /_/auth/demo')
  assert.is(demo.statusCode, 200)
  assert.is(demo.headers['cache-tag'], DEMO_TAG)
  assert.is(demo.body, '')
  const retired = await demoCounter()
  assert.ok(retired > counter)
  await db.transaction(retire)
  assert.is(await demoCounter(), retired, 'nothing changed, so nothing is raised')

  await db.transaction(seed)
  assert.ok(await signIn(db, alice, undefined))
  assert.ok((await demoCounter()) > retired)
  assert.match((await ask('GET /_/auth/demo')).body, 'selvedge-demo')
  await db.query('delete from auth.users where id = $1', [guest])
})

test('the right password opens a session, whatever the case of the address', async () => {
  const signedIn = await signIn(db, { ...alice, email: ' Alice@Example.COM ' }, undefined)
  const user = await userOf(signedIn?.cookie)
  assert.is(user?.name, 'Alice Martin')
  assert.is(user?.id, DEMO_USERS[0].id)
})

test('an unknown address costs what a known one costs', async () => {
  for (const [email, password] of [
    [alice.email, alice.password],
    [alice.email, 'wrong'],
    ['nobody@example.com', 'wrong'],
    ["'; drop table auth.users; --", 'wrong'],
  ] as const) {
    const { derive, count } = counted()
    await signIn(db, { email, password }, undefined, derive)
    assert.is(count(), 1, email)
  }
})

test('signing in ends the session that the browser had, whoever’s it was', async () => {
  const first = await signIn(db, alice, undefined)
  const before = await userOf(first?.cookie)
  await takePublished(db)
  const second = await signIn(db, { ...alice, email: 'bob@example.com' }, before)
  assert.is(await userOf(first?.cookie), undefined)
  const left = { userId: DEMO_USERS[0].id, role: 'customer' }
  assert.equal(await takePublished(db), [
    { type: 'user.signed-out', subject: left.userId, data: left },
    {
      type: 'session.revoked',
      subject: left.userId,
      data: { ...left, why: 'signed-out', sessions: [before?.session] },
    },
    { type: 'user.signed-in', subject: DEMO_USERS[1].id, data: { userId: DEMO_USERS[1].id, role: 'customer' } },
  ])
  assert.ok(await userOf(second?.cookie))
})

test('who signs in is told of by id and role, staff and auditors too, and a refusal is not', async () => {
  await takePublished(db)
  for (const { email } of DEMO_USERS) assert.ok(await signIn(db, { ...alice, email }, undefined))
  assert.equal(
    await takePublished(db),
    DEMO_USERS.map(({ id, role }) => ({ type: 'user.signed-in', subject: id, data: { userId: id, role } })),
  )
  await signIn(db, { ...alice, password: 'wrong' }, undefined)
  await signIn(db, { ...alice, email: 'nobody@example.com' }, undefined)
  assert.equal(await takePublished(db), [])
})

test('an event carries the trace of the request that it comes from', async () => {
  const trace = '0af7651916cd43dd8448eb211c80319c'
  await takePublished(db)
  await ask('POST /api/session', { json: alice, headers: { traceparent: `00-${trace}-b7ad6b7169203331-01` } })
  const [event, ...others] = await readOutbox(db)
  assert.equal([event?.type, others], ['user.signed-in', []])
  assert.match(event?.traceparent ?? '', new RegExp(`^00-${trace}-`))
})

test('a hash of old parameters is replaced at the next sign-in', async () => {
  const old = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
  const bob = await findByEmail(db, 'bob@example.com')
  assert.ok(bob?.password)
  await replaceHash(db, bob.id, bob.password, old)
  assert.not.ok(await signIn(db, { email: bob.email, password: 'wrong' }, undefined))
  assert.is((await findByEmail(db, bob.email))?.password, old)
  assert.ok(await signIn(db, { email: bob.email, password: 'password' }, undefined))
  assert.match((await findByEmail(db, bob.email))?.password ?? '', '$m=19456,')
  assert.ok(await signIn(db, { email: bob.email, password: 'password' }, undefined))
})

test('the form: 303 with a cookie, to where the visitor wanted to go', async () => {
  const home = await ask(ENTER, { form: alice })
  assert.is(home.statusCode, 303)
  assert.is(home.headers.location, '/dashboard')
  assert.match(String(home.headers['set-cookie']), /^__Host-sid=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/)
  const deep = await ask(ENTER, { form: { ...alice, next: '/payments?state=failed' } })
  assert.is(deep.headers.location, '/payments?state=failed')
  const away = await ask(ENTER, { form: { ...alice, next: '//evil.example' } })
  assert.is(away.headers.location, '/dashboard')
  const staff = await ask(ENTER, { form: { ...alice, email: 'admin@example.com' } })
  assert.is(staff.headers.location, '/admin')
  const auditor = await ask(ENTER, { form: { ...alice, email: 'auditor@example.com' } })
  assert.is(auditor.headers.location, '/admin')
})

test('the form: a way back that is too long is forgotten, not refused', async () => {
  const longest = `/payments?q=${'x'.repeat(NEXT_LIMIT - '/payments?q='.length)}`
  const kept = await ask(ENTER, { form: { ...alice, next: longest } })
  assert.is(kept.headers.location, longest)
  const next = `${longest}x`
  const page = await ask(`GET /_/auth/sign-in?next=${encodeURIComponent(next)}`)
  assert.is(page.statusCode, 200)
  assert.not.match(page.body, 'name="next"')
  const entered = await ask(ENTER, { form: { ...alice, next } })
  assert.is(entered.statusCode, 303)
  assert.is(entered.headers.location, '/dashboard')
})

test('refused sign-ins show in the log at its default level, without what was typed', async () => {
  shown.length = 0
  await ask(ENTER, { form: { email: 'my-password', password: 'x' } })
  await ask('POST /api/session', { json: { email: 'my-password', password: 'x' } })
  await ask('POST /api/session', { json: alice })
  assert.is(shown.length, 2)
  for (const line of shown) {
    assert.is(line.event, 'sign-in')
    assert.is(line.right, false)
    assert.ok(line.address)
    assert.not.match(JSON.stringify(line), 'my-password')
  }
})

test('sessions that nobody can use any more are deleted, and no others', async () => {
  const cookies = [await signIn(db, alice, undefined), await signIn(db, alice, undefined)].map((it) => it?.cookie)
  const [old, young] = await Promise.all(cookies.map(async (cookie) => (await userOf(cookie))?.session))
  const age = 'update sessions set opened_at = now() - $2::interval where handle = $1'
  await db.query(age, [old, '8 hours 1 second'])
  await db.query(age, [young, '7 hours 59 minutes'])
  assert.is(await userOf(cookies[0]), undefined)
  await deleteOldSessions(db)
  assert.is((await db.query('select from sessions where handle = $1', [old])).length, 0)
  assert.is((await userOf(cookies[1]))?.session, young)
})

test('the form: wrong address and wrong password read the same, and the password never comes back', async () => {
  const next = '/payments'
  const [wrong, unknown] = await Promise.all([
    ask(ENTER, { form: { ...alice, password: 'hunter2-secret', next } }),
    ask(ENTER, { form: { email: 'nobody@example.com', password: 'hunter2-secret', next } }),
  ])
  assert.is(wrong.statusCode, 422)
  assert.is(unknown.statusCode, 422)
  assert.is(wrong.headers['set-cookie'], undefined)
  assert.is(wrong.body.replaceAll('alice@', 'nobody@'), unknown.body)
  assert.match(wrong.body, 'The e-mail address or password is not right.')
  assert.match(wrong.body, 'value="alice@example.com"')
  assert.match(wrong.body, '<input type="hidden" name="next" value="/payments"/>')
  assert.not.match(wrong.body, 'hunter2-secret')
})

test('the form: what is missing is said at its field', async () => {
  const answer = await ask(ENTER, { form: {} })
  assert.is(answer.statusCode, 422)
  assert.match(answer.body, '<a href="#email">Enter your e-mail address.</a>')
  assert.match(answer.body, '<a href="#password">Enter your password.</a>')
})

test('next is carried along, inert', async () => {
  const page = await ask(
    `GET /_/auth/sign-in?next=${encodeURIComponent('/x"><script>alert(1)</script><!--# echo -->')}`,
  )
  assert.is(page.statusCode, 200)
  assert.not.match(page.body, '<script')
  assert.not.match(page.body, '<!--#')
})

test('signing out ends the session and clears the cookie, also where nobody is signed in', async () => {
  const cookie = (await signIn(db, alice, undefined))?.cookie
  const user = await userOf(cookie)
  for (const as of [user, undefined]) {
    const answer = await ask('POST /_/auth/sign-out?action=auth/sign-out.leave', { as, form: {} })
    assert.is(answer.statusCode, 303)
    assert.is(answer.headers.location, '/sign-out')
    assert.match(String(answer.headers['set-cookie']), /^__Host-sid=; .*Max-Age=0$/)
  }
  assert.is(await userOf(cookie), undefined)
  assert.match((await ask('GET /_/auth/sign-out')).body, 'You are signed out')
})

test('signing out is told once, with the one session that ended, however often it is asked for', async () => {
  const [cookie, other] = [await signIn(db, alice, undefined), await signIn(db, alice, undefined)].map(
    (it) => it?.cookie,
  )
  const user = await userOf(cookie)
  await takePublished(db)
  await Promise.all(Array.from({ length: 3 }, () => signOut(db, user)))
  await signOut(db, undefined)
  const who = { userId: DEMO_USERS[0].id, role: 'customer' }
  assert.equal(await takePublished(db), [
    { type: 'user.signed-out', subject: who.userId, data: who },
    { type: 'session.revoked', subject: who.userId, data: { ...who, why: 'signed-out', sessions: [user?.session] } },
  ])
  assert.ok(await userOf(other))
})

test('the API: open, read, close', async () => {
  const opened = await ask('POST /api/session', { json: alice })
  assert.is(opened.statusCode, 201)
  assert.equal(opened.json(), { user: { id: DEMO_USERS[0].id, name: 'Alice Martin', role: 'customer' } })
  const user = await userOf(opened.headers['set-cookie'])
  const read = await ask('GET /api/session', { as: user })
  assert.equal(read.json(), opened.json())
  const closed = await ask('DELETE /api/session', { as: user })
  assert.is(closed.statusCode, 204)
  assert.match(String(closed.headers['set-cookie']), 'Max-Age=0')
  assert.is(await userOf(opened.headers['set-cookie']), undefined)
})

test('the API: refusals are problem documents', async () => {
  const wrong = await ask('POST /api/session', { json: { ...alice, password: 'x' } })
  assert.is(wrong.statusCode, 401)
  assert.is(wrong.json().detail, 'The e-mail address or password is not right.')
  assert.is(wrong.headers['set-cookie'], undefined)
  assert.is((await ask('GET /api/session')).statusCode, 401)
  assert.is((await ask('POST /api/session', { json: { email: 5 } })).statusCode, 422)
})

test('only the hash of a session is stored', async () => {
  const cookie = (await signIn(db, alice, undefined))?.cookie ?? ''
  const [, secret = ''] = /=([^;]*)/.exec(cookie) ?? []
  const rows = await db.query<{ row: string }>('select sessions::text as row from sessions')
  assert.not.ok(rows.some(({ row }) => row.includes(secret) || row.includes(Buffer.from(secret).toString('hex'))))
})

test('whoever was signed out with a form in hand hears that nothing was sent', async () => {
  const { body } = await ask('GET /_/auth/sign-in?next=%2Fpayments%2Fnew&unsent=1')
  assert.match(body, 'What you sent was not done')
  assert.not.match((await ask('GET /_/auth/sign-in')).body, 'What you sent')
})

test.run()
