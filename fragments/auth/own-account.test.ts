import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { provide } from '#kit'
import { openTestDatabase } from '#kit/database.fixture.ts'
import { openLog } from '#kit/log.ts'
import { type Asking, openTestMfes } from '#kit/mfe.fixture.ts'
import { readSession, SESSION_COOKIE } from '#kit/session.ts'
import { readObligations } from '../../hub/contracts/payments.ts'
import { takePublished } from '../../hub/deliver.fixture.ts'
import { signIn } from './auth.ts'
import * as exported from './fragment.tsx'
import { DEMO_USERS, retire, seed } from './seed.ts'
import { findByEmail } from './store.ts'

const { db, close } = await openTestDatabase({ auth: join(import.meta.dirname, 'migrations') })
type Obligations = ReturnType<typeof readObligations.readOutput>
const NOTHING: Obligations = { underWay: 0, balances: [] }
const shown: Record<string, unknown>[] = []
const log = openLog('info', undefined, { write: (line) => void shown.push(JSON.parse(line)) })
/** What payments say, each time that they are asked; at last always the same. */
let said: readonly [Obligations, ...Obligations[]] = [NOTHING]
const payments = {
  obligations: provide(readObligations, () => {
    const [first, next, ...others] = said
    if (next) said = [next, ...others]
    return first
  }),
}
const { askMfe } = openTestMfes({ auth: exported, payments }, db, log)
const alone = openTestMfes({ auth: exported }, db)

const DEMO = 'selvedge-demo'
const NEW = 'three small blue boats'
const [ALICE, BOB, INES, JONAS] = DEMO_USERS
const CHANGE = 'POST /_/auth/password?action=auth/password.change'
const CLOSE = 'POST /_/auth/close?action=auth/close.close'

test.before(() => db.transaction(seed))
test.before.each(async () => {
  await db.query('delete from sessions')
  await db.query('delete from auth.users')
  await db.transaction(seed)
  shown.length = 0
  said = [NOTHING]
})
test.after(close)

async function enter(email: string, password = DEMO) {
  const signedIn = await signIn(db, { email, password }, undefined)
  const [, secret] = new RegExp(`^${SESSION_COOKIE}=([^;]*)`).exec(signedIn?.cookie ?? '') ?? []
  const user = await readSession(db, secret)
  return { user, isOpen: async () => (await readSession(db, secret)) !== undefined }
}

const words = (given: Record<string, string> = {}) => ({ current: DEMO, next: NEW, again: NEW, ...given })

function change(as: Asking['as'], form = words(), page = '/profile?x=1') {
  return askMfe('auth', CHANGE, { as, form, headers: { 'x-page-path': page } })
}

test('a new password opens the account, the old one does not, and other sessions are ended', async () => {
  const [here, there, other] = [await enter(ALICE.email), await enter(ALICE.email), await enter(BOB.email)]
  await takePublished(db)
  const answer = await change(here.user)
  const who = { userId: ALICE.id, role: 'customer' }
  assert.equal(await takePublished(db), [
    { type: 'user.password-changed', subject: ALICE.id, data: who },
    {
      type: 'session.revoked',
      subject: ALICE.id,
      data: { ...who, why: 'password-changed', sessions: [there.user?.session] },
    },
  ])
  assert.is(answer.statusCode, 303)
  const [, changed] = /^\/profile\?changed=([0-9a-z]{8})#change-password$/.exec(answer.headers.location ?? '') ?? []
  assert.ok(await here.isOpen())
  assert.not.ok(await there.isOpen())
  assert.ok(await other.isOpen())
  assert.is((await enter(ALICE.email)).user, undefined)
  assert.ok((await enter(ALICE.email, NEW)).user)
  assert.not.match((await askMfe('auth', 'GET /_/auth/demo')).body, ALICE.email, 'its password is not the public one')
  const page = await askMfe('auth', `GET /_/auth/password?changed=${changed}`, { as: here.user })
  assert.match(page.body, 'Your password is changed.')
})

test('an address that was made up, or is another’s or of another day, claims no new password', async () => {
  const { user } = await enter(ALICE.email)
  const placeOf = (location: unknown) => /\?changed=[0-9a-z]+/.exec(String(location))?.[0]
  const first = placeOf((await change(user)).headers.location)
  assert.ok(first)
  const again = placeOf(
    (await change(user, words({ current: NEW, next: 'four small red boats', again: 'four small red boats' }))).headers
      .location,
  )
  const says = async (place = '', as = user) =>
    (await askMfe('auth', `GET /_/auth/password${place}`, { as })).body.includes('Your password is changed.')
  assert.ok(await says(again))
  for (const place of [first, '', '?changed=0', '?changed=zzzzzzzz']) assert.not.ok(await says(place), place)
  assert.not.ok(await says(again, (await enter(BOB.email)).user))
})

test('what is wrong is said at its field, and nothing is changed', async () => {
  const { user } = await enter(ALICE.email)
  const there = await enter(ALICE.email)
  await takePublished(db)
  for (const [given, sentence] of [
    [{ current: 'not my password' }, 'This is not your current password.'],
    [{ next: 'too short', again: 'too short' }, 'Use at least 12 characters: this has 9.'],
    [{ next: 'passwordpassword', again: 'passwordpassword' }, 'one of the first passwords'],
    [{ next: DEMO, again: DEMO }, 'This is the password you have now.'],
    [{ next: 'alice@example.com', again: 'alice@example.com' }, 'Your e-mail address is no secret.'],
    [{ again: 'three small blue boots' }, 'This is not the same as the new password'],
  ] as const) {
    const answer = await change(user, words(given))
    assert.is(answer.statusCode, 422)
    assert.match(answer.body, sentence)
    const inputs = answer.body.match(/<input[^>]*type="password"[^>]*>/g) ?? []
    assert.is(inputs.length, 3)
    for (const input of inputs) assert.not.match(input, 'value=')
  }
  assert.ok(await there.isOpen())
  assert.equal(await takePublished(db), [], 'and nobody is told')
  assert.ok((await enter(ALICE.email)).user)
})

test('two things that are wrong are said at once', async () => {
  const { user } = await enter(ALICE.email)
  const { body } = await change(user, words({ next: 'short', again: 'shorter' }))
  assert.match(body, '<a href="#next">Use at least 12 characters')
  assert.match(body, '<a href="#again">This is not the same')
})

test('the form tells password managers which field is which', async () => {
  const { user } = await enter(ALICE.email)
  const { body } = await askMfe('auth', 'GET /_/auth/password', { as: user })
  assert.match(body, /autocomplete="username" value="alice@example.com"/)
  assert.is(body.match(/autocomplete="current-password"/g)?.length, 1)
  assert.is(body.match(/autocomplete="new-password"/g)?.length, 2)
})

test('staff and auditors change theirs, whoever is not signed in nothing', async () => {
  for (const { email } of [INES, JONAS]) {
    const { user } = await enter(email)
    const answer = await change(user, words(), '/admin/account')
    assert.match(String(answer.headers.location), /^\/admin\/account\?changed=\w+#change-password$/)
    assert.ok((await enter(email, NEW)).user)
  }
  assert.is((await change(undefined)).statusCode, 401)
  assert.is((await askMfe('auth', 'GET /_/auth/password')).statusCode, 401)
})

test('what staff and auditors do to their accounts is told as well, with their role', async () => {
  await takePublished(db)
  const people = [INES, JONAS, BOB]
  for (const { email } of people) await change((await enter(email)).user)
  assert.equal(
    await takePublished(db),
    people.flatMap(({ id, role }) =>
      ['user.signed-in', 'user.password-changed'].map((type) => ({ type, subject: id, data: { userId: id, role } })),
    ),
  )
})

test('whoever is signed in and does not know the password is noted, without what was typed', async () => {
  const { user } = await enter(ALICE.email)
  await change(user, words({ current: 'secret-guess' }))
  await askMfe('auth', CLOSE, { as: user, form: { password: 'secret-guess' } })
  const noted = shown.filter(({ event }) => event === 'password-check')
  assert.is(noted.length, 2)
  assert.ok(noted.every((line) => line.right === false && line.user === ALICE.id))
  assert.not.match(JSON.stringify(shown), 'secret-guess')
})

test('a closed account ends every session, clears the cookie, and is unknown from then on', async () => {
  const [here, there, other] = [await enter(BOB.email), await enter(BOB.email), await enter(ALICE.email)]
  await takePublished(db)
  const answer = await askMfe('auth', CLOSE, { as: here.user, form: { password: DEMO } })
  const [told, revoked, ...more] = await takePublished(db)
  const who = { userId: BOB.id, role: 'customer' }
  assert.equal(told, { type: 'user.closed', subject: BOB.id, data: who })
  const { sessions, ...why } = revoked?.data ?? {}
  assert.equal({ ...revoked, data: why }, { type: 'session.revoked', subject: BOB.id, data: { ...who, why: 'closed' } })
  assert.equal([sessions].flat().sort(), [here, there].map(({ user }) => user?.session).sort())
  assert.equal(more, [])
  assert.is(answer.statusCode, 303)
  assert.is(answer.headers.location, '/profile/closed')
  assert.match(String(answer.headers['set-cookie']), /^__Host-sid=; .*Max-Age=0$/)
  assert.not.ok(await here.isOpen())
  assert.not.ok(await there.isOpen())
  assert.ok(await other.isOpen())
  const again = await askMfe('auth', 'POST /api/session', { json: { email: BOB.email, password: DEMO } })
  assert.is(again.statusCode, 401)
  assert.is(again.json().detail, 'The e-mail address or password is not right.')
  assert.is((await findByEmail(db, BOB.email))?.password, null)
  assert.match((await askMfe('auth', 'GET /_/auth/closed')).body, 'with your name and e-mail address')

  await db.transaction(retire)
  await db.transaction(seed)
  assert.is((await findByEmail(db, BOB.email))?.state, 'closed', 'no demonstration opens it again')
  assert.is((await enter(BOB.email)).user, undefined)
})

test('where one arrives after closing, nobody is told of an account that may not be closed', async () => {
  const { user } = await enter(BOB.email)
  const { body } = await askMfe('auth', 'GET /_/auth/closed')
  assert.match(body, 'If you have just closed your account, that is done')
  assert.not.match(body, 'Your account is closed')
  assert.match((await askMfe('auth', 'GET /_/auth/closed', { as: user })).body, 'Your account is open')
})

test('an account stays open while payments are under way', async () => {
  const { user, isOpen } = await enter(BOB.email)
  for (const [count, sentence] of [
    [1, 'A payment is still under way. Wait until it is done, or cancel it;'],
    [3, '3 payments are still under way. Wait until they are done, or cancel them;'],
  ] as const) {
    said = [{ ...NOTHING, underWay: count }]
    const answer = await askMfe('auth', CLOSE, { as: user, form: { password: DEMO } })
    assert.is(answer.statusCode, 409)
    assert.match(answer.body, sentence)
    assert.is(answer.headers['set-cookie'], undefined)
  }
  assert.ok(await isOpen())
  assert.is((await findByEmail(db, BOB.email))?.state, 'open')
})

test('an account stays open while money is left or owed, and its owner hears what to do', async () => {
  const { user, isOpen } = await enter(BOB.email)
  const form = { password: DEMO }
  const EUR = { amount: 2_354_110, currency: 'EUR' } as const
  const JPY = { amount: 1_000, currency: 'JPY' } as const
  for (const [balances, sentence] of [
    [[EUR], 'There are still 23,541.10 EUR on your account. Send them to another bank first, then close it.'],
    [
      [EUR, { ...EUR, currency: 'USD' }, JPY],
      'There are still 23,541.10 EUR, 23,541.10 USD and 1,000 JPY on your account.',
    ],
    [[{ ...EUR, amount: -1 }], 'Your account is overdrawn by 0.01 EUR: pay that in first, then close it.'],
    [
      [EUR, { ...JPY, amount: -77 }],
      '23,541.10 EUR on your account, and it is overdrawn by 77 JPY. Bring all of it to zero',
    ],
  ] as const) {
    said = [{ underWay: 0, balances: [...balances] }]
    const answer = await askMfe('auth', CLOSE, { as: user, form })
    assert.is(answer.statusCode, 409)
    assert.match(answer.body.replaceAll('\u00a0', ' '), sentence)
    assert.is(answer.headers['set-cookie'], undefined)
  }
  assert.ok(await isOpen())
  assert.is((await findByEmail(db, BOB.email))?.state, 'open')
  assert.match(
    (await askMfe('auth', 'GET /_/auth/close', { as: user })).body,
    'Send what is left to another bank first',
  )
})

test('a payment that is sent while the account is being closed keeps it open', async () => {
  const { user, isOpen } = await enter(BOB.email)
  await takePublished(db)
  said = [NOTHING, { ...NOTHING, underWay: 1 }]
  const answer = await askMfe('auth', CLOSE, { as: user, form: { password: DEMO } })
  assert.is(answer.statusCode, 409)
  assert.match(answer.body, 'A payment is still under way.')
  assert.ok(await isOpen())
  assert.is((await findByEmail(db, BOB.email))?.state, 'open')
  assert.equal(await takePublished(db), [])
})

test('an account stays open while nobody can say what is left on it', async () => {
  const { user, isOpen } = await enter(BOB.email)
  const answer = await alone.askMfe('auth', CLOSE, { as: user, form: { password: DEMO } })
  assert.is(answer.statusCode, 409)
  assert.match(answer.body, 'We cannot see right now whether money or payments are left on your account.')
  assert.ok(await isOpen())
})

test('nobody closes an account without its password, and staff not at all', async () => {
  const { user } = await enter(BOB.email)
  const wrong = await askMfe('auth', CLOSE, { as: user, form: { password: 'wrong' } })
  assert.is(wrong.statusCode, 422)
  assert.match(wrong.body, 'This is not your current password.')
  const missing = await askMfe('auth', CLOSE, { as: user, form: {} })
  assert.match(missing.body, 'Enter your password.')
  assert.is((await findByEmail(db, BOB.email))?.state, 'open')
  const ines = (await enter(INES.email)).user
  assert.is((await askMfe('auth', CLOSE, { as: ines, form: { password: DEMO } })).statusCode, 403)
})

test('of two new passwords at once, one is taken and the other is refused', async () => {
  const [one, other] = [await enter(ALICE.email), await enter(ALICE.email)]
  await takePublished(db)
  const answers = await Promise.all([
    change(one.user, words({ next: 'the first of two words', again: 'the first of two words' })),
    change(other.user, words({ next: 'the other of two words', again: 'the other of two words' })),
  ])
  const statuses = answers.map(({ statusCode }) => statusCode).sort()
  assert.is(statuses[0], 303)
  assert.ok(statuses[1] === 409 || statuses[1] === 422)
  assert.is((await takePublished(db)).filter(({ type }) => type === 'user.password-changed').length, 1)
})

test.run()
