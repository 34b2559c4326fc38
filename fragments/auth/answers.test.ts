import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openTestDatabase } from '#kit/database.fixture.ts'
import { Conflict, Forbidden, Invalid, NotFound } from '#kit/errors.ts'
import { openTestMfes } from '#kit/mfe.fixture.ts'
import { readSession, SESSION_COOKIE } from '#kit/session.ts'
import { readTags } from '#kit/tags.ts'
import * as contracts from '../../hub/contracts/auth.ts'
import { takePublished } from '../../hub/deliver.fixture.ts'
import { Locked, signIn } from './auth.ts'
import * as exported from './fragment.tsx'
import { argon2id, type Derive } from './passwords.ts'
import { DEMO_TAG, DEMO_USERS, retire, seed } from './seed.ts'
import { addAccount, findByEmail } from './store.ts'

const { db, close } = await openTestDatabase({ auth: join(import.meta.dirname, 'migrations') })
const { askAs, askMfe } = openTestMfes({ auth: exported }, db)
const admin = askAs('admin')
const profile = askAs('profile')
const [ALICE, BOB, INES, JONAS] = DEMO_USERS
const alice = { email: ALICE.email, password: 'selvedge-demo' }
const by = { reason: 'Her telephone was stolen.', actor: INES.id }
const SIGN_IN = 'POST /_/auth/sign-in?action=auth/sign-in.enter'

test.before(() => db.transaction(seed))
test.after(close)

function userOf(cookie: string | undefined) {
  return readSession(db, new RegExp(`^${SESSION_COOKIE}=([^;]*)`).exec(cookie ?? '')?.[1])
}

async function refusalOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => assert.unreachable('it was not refused'),
    (error: unknown) => error,
  )
}

test('locking ends the sessions, and whoever knows the password hears of it, but not why', async () => {
  const cookies = [await signIn(db, alice, undefined), await signIn(db, alice, undefined)].map((it) => it?.cookie)
  const handles = await Promise.all(cookies.map(async (cookie) => (await userOf(cookie))?.session))
  assert.ok(handles.every(Boolean))
  const other = await signIn(db, { ...alice, email: BOB.email }, undefined)
  await takePublished(db)
  const { account } = await admin(contracts.setAccountLock, { id: ALICE.id, locked: true, ...by })
  assert.is(account.state, 'locked')
  for (const cookie of cookies) assert.is(await userOf(cookie), undefined)
  assert.ok(await userOf(other?.cookie), 'those of others go on')

  const locked = await askMfe('auth', SIGN_IN, { form: alice })
  assert.is(locked.statusCode, 422)
  assert.match(locked.body, 'Your account is locked. Your money is safe.')
  assert.not.match(locked.body, 'stolen')
  assert.is(locked.headers['set-cookie'], undefined)
  const json = await askMfe('auth', 'POST /api/session', { json: alice })
  assert.is(json.statusCode, 403)
  assert.match(json.json().detail, 'Your account is locked.')
  const wrong = await askMfe('auth', SIGN_IN, { form: { ...alice, password: 'wrong' } })
  assert.match(wrong.body, 'The e-mail address or password is not right.')
  assert.not.match(wrong.body, 'locked')
  assert.not.match((await askMfe('auth', 'GET /_/auth/demo')).body, ALICE.email)

  await admin(contracts.setAccountLock, { id: ALICE.id, locked: false, ...by })
  assert.ok(await signIn(db, alice, undefined))
  const [told, revoked, ...others] = await takePublished(db)
  const who = { userId: ALICE.id, role: 'customer' }
  assert.equal(told, { type: 'user.locked', subject: ALICE.id, data: { ...who, ...by } })
  const { sessions, ...why } = revoked?.data ?? {}
  assert.equal(
    { ...revoked, data: why },
    { type: 'session.revoked', subject: ALICE.id, data: { ...who, why: 'locked' } },
  )
  assert.equal([sessions].flat().sort(), handles.sort())
  assert.equal(others, [
    { type: 'user.unlocked', subject: ALICE.id, data: { ...who, ...by } },
    { type: 'user.signed-in', subject: ALICE.id, data: who },
  ])
})

test('where no session was open none is said to have ended', async () => {
  await db.query('delete from sessions')
  await takePublished(db)
  await admin(contracts.setAccountLock, { id: ALICE.id, locked: true, ...by })
  await admin(contracts.setAccountLock, { id: ALICE.id, locked: false, ...by })
  assert.equal(
    (await takePublished(db)).map(({ type }) => type),
    ['user.locked', 'user.unlocked'],
  )
})

test('a locked account costs what any other costs', async () => {
  await admin(contracts.setAccountLock, { id: ALICE.id, locked: true, ...by })
  for (const password of [alice.password, 'wrong']) {
    let count = 0
    const derive: Derive = (...given) => {
      count += 1
      return argon2id(...given)
    }
    await signIn(db, { ...alice, password }, undefined, derive).catch((error) => assert.instance(error, Locked))
    assert.is(count, 1)
  }
  await admin(contracts.setAccountLock, { id: ALICE.id, locked: false, ...by })
})

test('whoever is locked out while the password is being checked does not come in', async () => {
  const slow: Derive = async (...given) => {
    const hash = await argon2id(...given)
    await admin(contracts.setAccountLock, { id: BOB.id, locked: true, ...by })
    return hash
  }
  await takePublished(db)
  assert.is(await signIn(db, { email: BOB.email, password: 'selvedge-demo' }, undefined, slow), undefined)
  assert.not((await takePublished(db)).some(({ type }) => type === 'user.signed-in'))
  await admin(contracts.setAccountLock, { id: BOB.id, locked: false, ...by })
})

test('why an account was locked stays on record when it is unlocked, with who did both', async () => {
  await admin(contracts.setAccountLock, { id: BOB.id, locked: true, ...by, reason: 'A stranger called.' })
  await admin(contracts.setAccountLock, { id: BOB.id, locked: false, reason: 'It was Bob.', actor: JONAS.id })
  const kept = await db.query(
    'select state, reason, actor from auth.state_changes where user_id = $1 order by id desc limit 2',
    [BOB.id],
  )
  assert.equal(kept, [
    { state: 'open', reason: 'It was Bob.', actor: JONAS.id },
    { state: 'locked', reason: 'A stranger called.', actor: INES.id },
  ])
})

test('only open accounts of customers are locked, and only once', async () => {
  const set = (id: string, locked: boolean) => refusalOf(admin(contracts.setAccountLock, { id, locked, ...by }))
  await takePublished(db)
  assert.instance(await set(randomUUID(), true), NotFound)
  assert.instance(await set(INES.id, true), Forbidden)
  assert.instance(await set(JONAS.id, true), Forbidden)
  assert.instance(await set(ALICE.id, false), Conflict)
  assert.equal(await takePublished(db), [], 'what was refused is told to nobody')
  await admin(contracts.setAccountLock, { id: ALICE.id, locked: true, ...by })
  assert.instance(await set(ALICE.id, true), Conflict)
  const [row] = await db.query('select state_reason, state_by, state_at from auth.users where id = $1', [ALICE.id])
  assert.is(row?.state_reason, by.reason)
  assert.is(row?.state_by, INES.id)
  assert.instance(row?.state_at, Date)
  await admin(contracts.setAccountLock, { id: ALICE.id, locked: false, ...by })
  assert.instance(
    await refusalOf(admin(contracts.setAccountLock, { id: ALICE.id, locked: true, ...by, reason: '' })),
    Invalid,
  )
})

test('of two that lock at once, one is told that it is so already', async () => {
  const lock = () => admin(contracts.setAccountLock, { id: ALICE.id, locked: true, ...by })
  await takePublished(db)
  const results = await Promise.allSettled([lock(), lock(), lock()])
  const refused = results.filter((result) => result.status === 'rejected')
  assert.is(refused.length, 2)
  for (const { reason } of refused) assert.instance(reason, Conflict)
  assert.is((await takePublished(db)).filter(({ type }) => type === 'user.locked').length, 1)
  await admin(contracts.setAccountLock, { id: ALICE.id, locked: false, ...by })
})

test('the demonstration comes and goes without opening what staff have locked', async () => {
  const counter = async () => (await readTags(db, [DEMO_TAG])).get(DEMO_TAG)
  await admin(contracts.setAccountLock, { id: ALICE.id, locked: true, ...by })
  await db.transaction(retire)
  assert.instance(await refusalOf(admin(contracts.setAccountLock, { id: BOB.id, locked: false, ...by })), Conflict)
  await db.transaction(seed)
  const before = await counter()
  assert.instance(await refusalOf(signIn(db, alice, undefined)), Locked)
  assert.ok(await signIn(db, { email: BOB.email, password: 'selvedge-demo' }, undefined))
  await admin(contracts.setAccountLock, { id: ALICE.id, locked: false, ...by })
  assert.ok(await signIn(db, alice, undefined))
  assert.is.not(await counter(), before, 'whoever may try the demonstration is told anew')
})

test('a demonstration of an earlier day gets the account that it lacks, a bank gets none', async () => {
  await db.query('delete from auth.users where id = $1', [JONAS.id])
  await db.transaction(seed)
  assert.is((await findByEmail(db, JONAS.email))?.role, 'auditor')
  const guest = {
    id: randomUUID(),
    email: 'only@bank.example',
    name: 'Only',
    role: 'customer',
    password: null,
  } as const
  await db.query('delete from auth.users')
  await db.query("insert into auth.users (id, email, name, role, password, search) values ($1, $2, $3, $4, 'x', '')", [
    guest.id,
    guest.email,
    guest.name,
    guest.role,
  ])
  await db.transaction(seed)
  assert.is((await db.query('select from auth.users')).length, 1)
  await db.query('delete from auth.users')
  await db.transaction(seed)
})

test('accounts are found by a part of name or address, whatever case and accents', async () => {
  const people = ['Sören Ångström', 'soren åkesson', 'Émile Zola', '100% Müller', 'Mueller_x', 'Zoë O’Brien']
  for (const [index, name] of people.entries()) {
    const email = `person${index}@find.example`
    await addAccount(db, { id: randomUUID(), email, name, role: 'customer', password: 'x' })
  }
  const find = async (q: string) => {
    const { accounts } = await admin(contracts.findAccounts, { q, limit: 50 })
    return accounts.map(({ name }) => name)
  }
  assert.equal(await find('SOREN'), ['soren åkesson', 'Sören Ångström'])
  assert.equal(await find('emile'), ['Émile Zola'])
  assert.equal(await find('%'), ['100% Müller'])
  assert.equal(await find('_'), ['Mueller_x'])
  assert.equal(await find('PERSON4@'), ['Mueller_x'])
  assert.equal(await find('nobody like this'), [])
})

test('accounts come a page at a time, by name, each once', async () => {
  const seen: string[] = []
  let after: string | undefined
  do {
    const { accounts, next } = await admin(contracts.findAccounts, { limit: 3, after })
    assert.ok(accounts.length <= 3)
    seen.push(...accounts.map(({ id }) => id))
    after = next ?? undefined
  } while (after)
  const all = await db.query<{ id: string }>('select id from auth.users order by search, id')
  assert.equal(
    seen,
    all.map(({ id }) => id),
  )
  assert.instance(await refusalOf(admin(contracts.findAccounts, { limit: 3, after: 'somewhere' })), Invalid)
})

test('accounts are found by role and state', async () => {
  const staff = await admin(contracts.findAccounts, { role: 'staff', limit: 50 })
  assert.equal(
    staff.accounts.map(({ email }) => email),
    [INES.email],
  )
  assert.equal((await admin(contracts.findAccounts, { state: 'locked', limit: 50 })).accounts, [])
})

test('accounts are read by their ids: unknown ones are left out, and never a password is told', async () => {
  await signIn(db, alice, undefined)
  const { accounts } = await profile(contracts.readAccounts, { ids: [ALICE.id, randomUUID(), BOB.id] })
  assert.equal(
    accounts.map(({ name }) => name),
    ['Alice Martin', 'Bob Lindqvist'],
  )
  assert.instance(accounts[0]?.lastSeenAt, Date)
  assert.is(accounts[1]?.lastSeenAt, null)
  assert.not.match(JSON.stringify(accounts), 'argon2id')
})

test('figures count accounts by role and state, and the sessions that can still be used', async () => {
  await db.query('delete from sessions')
  for (const email of [ALICE.email, BOB.email, INES.email]) await signIn(db, { ...alice, email }, undefined)
  const idle = "update sessions set seen_at = now() - interval '10 minutes' where user_id = any($1)"
  await db.query(idle, [[BOB.id, INES.id]])
  const { accounts, sessions } = await admin(contracts.accountFigures, {})
  assert.is(sessions, 2, 'customers are signed out after five minutes, staff after fifteen')
  const auditors = accounts.filter(({ role }) => role === 'auditor')
  assert.equal(auditors, [{ role: 'auditor', state: 'open', count: 1 }])
})

test('the export holds what we know about a person, and no secret', async () => {
  const { data } = await profile(contracts.exportAccount, { userId: ALICE.id })
  const text = JSON.stringify(data)
  assert.match(text, '"email":"alice@example.com"')
  assert.match(text, '"openedAt":')
  assert.not.match(text, 'argon2id')
  assert.not.match(text, BOB.email)
  assert.instance(await refusalOf(profile(contracts.exportAccount, { userId: randomUUID() })), NotFound)
})

test('whoever is not on the list is refused', async () => {
  const lock = { id: ALICE.id, locked: true, ...by }
  assert.instance(await refusalOf(profile(contracts.setAccountLock, lock)), Forbidden)
  assert.instance(await refusalOf(profile(contracts.findAccounts, { limit: 1 })), Forbidden)
  assert.instance(await refusalOf(admin(contracts.exportAccount, { userId: ALICE.id })), Forbidden)
  const stranger = await askMfe('auth', 'POST /_inner/auth/set-lock', { json: lock })
  assert.is(stranger.statusCode, 403)
  assert.is((await findByEmail(db, ALICE.email))?.state, 'open')
})

test.run()
