import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openTestDatabase } from '#kit/database.fixture.ts'
import { openTestMfe } from '#kit/mfe.fixture.ts'
import { readSession, SESSION_COOKIE } from '#kit/session.ts'
import { signIn } from './auth.ts'
import * as exported from './fragment.tsx'
import { argon2id, type Derive } from './passwords.ts'
import { DEMO_USERS, seed } from './seed.ts'
import { findByEmail, replaceHash } from './store.ts'

const { db, close } = await openTestDatabase({ auth: join(import.meta.dirname, 'migrations') })
const ask = openTestMfe(exported, db)
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

test('seeding twice adds nothing', async () => {
  await db.transaction(seed)
  const [row] = await db.query<{ count: number }>('select count(*) from auth.users')
  assert.is(row?.count, DEMO_USERS.length)
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

test('signing in ends the session that the browser had', async () => {
  const first = await signIn(db, alice, undefined)
  const before = await userOf(first?.cookie)
  await signIn(db, alice, before)
  assert.is(await userOf(first?.cookie), undefined)
})

test('a hash of old parameters is replaced at the next sign-in', async () => {
  const old = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
  const bob = await findByEmail(db, 'bob@example.com')
  assert.ok(bob)
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
  assert.is(staff.headers.location, '/')
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

test('the account area: a link or the name with a way out', async () => {
  const out = await ask('GET /_/auth/account')
  assert.is(out.body, '<div class="account"><a href="/sign-in">Sign in</a></div>')
  assert.is(out.headers['cache-control'], 'private, no-store')
  const user = await userOf((await signIn(db, alice, undefined))?.cookie)
  const inside = await ask('GET /_/auth/account', { as: user })
  assert.match(inside.body, '<small>Alice Martin</small>')
  assert.match(inside.body, 'action="/sign-out?action=auth/sign-out.leave"')
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

test.run()
