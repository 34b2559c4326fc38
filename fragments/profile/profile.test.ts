import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { User } from '#kit'
import { provide } from '#kit'
import { openTestDatabase } from '#kit/database.fixture.ts'
import { openTestMfes } from '#kit/mfe.fixture.ts'
import { readTags } from '#kit/tags.ts'
import { exportPayments } from '../../hub/contracts/payments.ts'
import { deliverTo, takePublished } from '../../hub/deliver.fixture.ts'
import { loadMfes } from '../definitions.ts'
import * as exported from './fragment.tsx'
import { seed } from './seed.ts'

const [auth] = await loadMfes(['auth'])
if (!auth?.seed) throw new Error('There is no auth to ask.')
const { db, close } = await openTestDatabase({
  profile: join(import.meta.dirname, 'migrations'),
  auth: auth.migrations,
})
const mfes = { auth: Object.fromEntries(auth.provisions.map((provision) => [provision.name, provision])) }
/** Five thousand payments, as large as they come. */
const payments = Array.from({ length: 5_000 }, (_, index) => ({ index, payee: 'x'.repeat(70), text: 'y'.repeat(140) }))
const large = { export: provide(exportPayments, () => ({ data: payments })) }
const { askMfe } = openTestMfes({ ...mfes, payments: large, profile: exported }, db)
const alone = openTestMfes({ profile: exported }, db)
const alice: User = { id: 'a11ce000-0000-4000-8000-000000000001', name: 'Alice Martin', role: 'customer', session: 'a' }
const bob: User = { id: 'b0b00000-0000-4000-8000-000000000002', name: 'Bob Lindqvist', role: 'customer', session: 'b' }
const staff: User = { id: 'ad314000-0000-4000-8000-000000000003', name: 'Ines Okafor', role: 'staff', session: 'c' }
const SAVE = 'POST /_/profile/edit?action=profile/edit.save'
const HOME = { street: '12 rue des Tisserands', postcode: '69001', city: 'Lyon', country: 'FR', language: 'fr' }

test.before(() => db.transaction(auth.seed ?? seed))
test.before.each(async () => {
  await db.query('delete from profile.details')
  await db.query('delete from hub.outbox')
  await db.transaction(seed)
})
test.after(close)

async function save(form: Record<string, string>, as: User = alice) {
  return askMfe('profile', SAVE, { as, form })
}

async function read(as: User = alice) {
  const { body } = await askMfe('profile', 'GET /api/profile', { as })
  return JSON.parse(body)
}

test('one sees one’s own details, with what auth keeps', async () => {
  const { body, headers } = await askMfe('profile', 'GET /_/profile/details', { as: alice })
  assert.match(body, '12 rue des Tisserands')
  assert.match(body, 'Français')
  assert.match(body, 'alice@example.com')
  assert.not.match(body, 'Vävargatan')
  assert.is(headers['cache-tag'], `profile:${alice.id} account:${alice.id}`)
  assert.is((await askMfe('profile', 'GET /_/profile/details')).statusCode, 401)
  assert.is((await askMfe('profile', 'GET /_/profile/details', { as: staff })).statusCode, 403)
})

test('while auth is away the details stand, and the page is never confirmed as it was', async () => {
  const tag = `profile:${alice.id}`
  const before = (await readTags(db, [tag])).get(tag)
  const { body, statusCode } = await alone.askMfe('profile', 'GET /_/profile/details', { as: alice })
  assert.is(statusCode, 200)
  assert.match(body, '12 rue des Tisserands')
  assert.match(body, 'Alice Martin')
  assert.match(body, 'Taking a moment to show')
  assert.is.not((await readTags(db, [tag])).get(tag), before)
})

test('saving: 303 to the profile, which says so', async () => {
  const answer = await save({ ...HOME, phone: ' +33 6 99 00 11 22 ', version: '1' })
  assert.is(answer.statusCode, 303)
  assert.is(answer.headers.location, '/profile?saved=2')
  assert.is((await read()).phone, '+33 6 99 00 11 22')
  assert.is((await read()).version, 2)
  const says = async (place: string) =>
    (await askMfe('profile', `GET /_/profile/details${place}`, { as: alice })).body.includes('Your details are saved.')
  assert.ok(await says('?saved=2'))
  for (const place of ['', '?saved=1', '?saved=3']) assert.not.ok(await says(place), `${place} is of another day`)
  assert.is((await read(bob)).version, 1)
})

test('what was changed is published by the names of the fields, and never what they hold', async () => {
  const phone = '+33 6 99 00 11 22'
  await save({ ...HOME, phone, version: '1' })
  await save({ ...HOME, phone, city: 'Paris', postcode: '75011', street: '', country: '', version: '2' })
  await save({ ...HOME, phone, city: 'Paris', postcode: '75011', version: '2' })
  await save({ ...HOME, phone, version: '2' })
  const json = { ...HOME, phone, language: 'sv', version: 3 }
  await askMfe('profile', 'PUT /api/profile', { as: alice, json })
  const events = await takePublished(db)
  assert.equal(
    events.map(({ data }) => data.fields),
    [['phone'], ['postcode', 'city'], ['postcode', 'city', 'language']],
    'what was refused or changed nothing is told to nobody',
  )
  for (const { type, subject, data } of events) {
    assert.equal([type, subject, Object.keys(data).sort()], ['profile.updated', alice.id, ['fields', 'userId']])
    assert.is(data.userId, alice.id)
  }
  assert.not.match(JSON.stringify(events), /99 00|Tisserands|69001|75011|Lyon|Paris|"sv"/)
})

test('details and their event are written together or not at all', async () => {
  await db.query("alter table hub.outbox add constraint refused check (source <> 'profile') not valid")
  const answer = await save({ ...HOME, city: 'Paris', version: '1' })
  await db.query('alter table hub.outbox drop constraint refused')
  assert.is(answer.statusCode, 500)
  assert.equal([(await read()).city, (await read()).version], ['Lyon', 1])
})

test('what does not fit is said at its field, and the version stays the one that was seen', async () => {
  const answer = await save({ phone: 'call me', street: 'x'.repeat(101), country: 'XX', version: '1' })
  assert.is(answer.statusCode, 422)
  for (const sentence of ['Write it as', 'At most 100 characters.', 'Choose a country.']) {
    assert.match(answer.body, sentence)
  }
  const half = await save({ street: 'Somewhere 1', version: '1' })
  assert.match(half.body, 'Add the city, or leave the whole address empty.')
  assert.match(half.body, 'name="version" value="1"')
  const tricks = await save({ ...HOME, city: 'Ly\u202eon', version: '1' })
  assert.match(tricks.body, 'characters that cannot be seen')
  assert.is((await read()).version, 1)
})

test('over somebody else’s newer change: both values are shown, and nothing is overwritten', async () => {
  await save({ ...HOME, city: 'Paris', postcode: '75011', version: '1' })
  const late = await save({ ...HOME, city: 'Nantes', phone: '+33 1 99 00 12 34', version: '1' })
  assert.is(late.statusCode, 409)
  assert.match(late.body, 'This changed meanwhile')
  assert.match(late.body, /City<\/a>: “Paris” is saved now, “Nantes” is yours/)
  assert.match(late.body, /Postcode<\/a>: “75011” is saved now, “69001” is yours/)
  assert.match(late.body, /Phone<\/a>: nothing is saved now/)
  assert.not.match(late.body, 'Street and number</a>:')
  assert.is((await read()).city, 'Paris')

  assert.match(late.body, 'name="version" value="2"')
  assert.match(late.body, 'name="city"')
  assert.match(late.body, 'value="Nantes"')
  const again = await save({ ...HOME, city: 'Nantes', version: '2' })
  assert.is(again.statusCode, 303)
  assert.is((await read()).city, 'Nantes')
})

test('a value that does not fit hides no newer change', async () => {
  await save({ ...HOME, city: 'Paris', version: '1' })
  const late = await save({ ...HOME, city: 'Nantes', phone: 'call me', version: '1' })
  assert.is(late.statusCode, 422)
  assert.match(late.body, '“Paris” is saved now, “Nantes” is yours')
  assert.match(late.body, 'Write it as')
})

test('saving what is saved already is fine, however old the form', async () => {
  await save({ ...HOME, city: 'Paris', version: '1' })
  const again = await save({ ...HOME, city: 'Paris', version: '1' })
  assert.is(again.statusCode, 303)
  assert.is((await read()).version, 2)
})

test('of several that save at once, one does', async () => {
  const cities = ['Paris', 'Nantes', 'Lille', 'Brest']
  const answers = await Promise.all(cities.map((city) => save({ ...HOME, city, version: '1' })))
  const statuses = answers.map(({ statusCode }) => statusCode).sort()
  assert.equal(statuses, [303, 409, 409, 409])
  assert.is((await takePublished(db)).length, 1)
  assert.is((await read()).version, 2)
})

test('the first details of a new customer, from two windows', async () => {
  const carol = { ...alice, id: 'ca401000-0000-4000-8000-000000000009' }
  assert.is((await read(carol)).version, 0)
  const answers = await Promise.all(['Paris', 'Lille'].map((city) => save({ ...HOME, city, version: '0' }, carol)))
  assert.equal(answers.map(({ statusCode }) => statusCode).sort(), [303, 409])
})

test('the API: the version as an ETag, 412 over a newer one, 428 without any', async () => {
  const read = await askMfe('profile', 'GET /api/profile', { as: alice })
  assert.is(read.headers.etag, '"1"')
  assert.is(read.json().account.email, 'alice@example.com')
  const put = (json: object, match?: string) =>
    askMfe('profile', 'PUT /api/profile', { as: alice, json, headers: match ? { 'if-match': match } : {} })
  const done = await put({ ...HOME, city: 'Paris' }, '"1"')
  assert.is(done.statusCode, 200)
  assert.is(done.headers.etag, '"2"')
  assert.is(done.json().city, 'Paris')
  assert.is((await put({ ...HOME, city: 'Nantes' }, '"1"')).statusCode, 412)
  assert.is((await put({ ...HOME, city: 'Nantes', version: 1 })).statusCode, 409)
  assert.is((await put({ ...HOME, city: 'Nantes' })).statusCode, 428)
  assert.is((await put({ ...HOME, city: 'Nantes' }, 'W/"2"')).statusCode, 400)
  const wrong = await put({ ...HOME, phone: 'x', version: 2 })
  assert.is(wrong.statusCode, 422)
  assert.is(wrong.json().errors[0].field, 'phone')
  assert.is(wrong.headers['content-type'], 'application/problem+json')
  assert.is((await put({ version: 2 })).json().city, '', 'what is not given is not kept')
  assert.is((await askMfe('profile', 'GET /api/profile')).statusCode, 401)
})

test('the export holds every part, also with five thousand payments, and names what is away', async () => {
  const whole = await askMfe('profile', 'GET /api/profile/export', { as: alice })
  assert.is(whole.statusCode, 200)
  assert.match(String(whole.headers['content-disposition']), /^attachment; filename="selvedge-\d{4}-\d\d-\d\d\.json"$/)
  const data = whole.json()
  assert.is(data.payments.length, 5_000)
  assert.is(data.account.email, 'alice@example.com')
  assert.is(data.contactDetails.city, 'Lyon')
  assert.equal(data.missing, ['messages'])
  assert.not.match(whole.body, 'bob@example.com')
  assert.not.match(whole.body, 'Vävargatan')

  const less = (await alone.askMfe('profile', 'GET /api/profile/export', { as: alice })).json()
  assert.equal(less.missing, ['account', 'payments', 'messages'])
  assert.match(less.about, 'without account, payments and messages')
  assert.is(less.contactDetails.city, 'Lyon')
  assert.not.ok('payments' in less)
})

test('the details of a closed account are deleted, and nothing brings them back', async () => {
  const deliver = deliverTo(exported.events, db)
  const closed = { userId: bob.id, role: 'customer' } as const
  const tag = `profile:${bob.id}`
  const counter = async () => (await readTags(db, [tag])).get(tag) ?? 0
  const before = await counter()
  const id = randomUUID()
  assert.equal(await deliver('user.closed', bob.id, closed, { id }), { kind: 'done' })
  assert.ok((await counter()) > before)
  assert.is((await read(bob)).city, '')
  assert.is((await read()).city, 'Lyon')
  await db.transaction(seed)
  assert.is((await read(bob)).city, '')
  const { version } = await read(bob)
  assert.equal(await deliver('user.closed', bob.id, closed, { id }), { kind: 'done' })
  assert.is((await read(bob)).version, version, 'told twice, it is done once')
  assert.equal(await deliver('user.closed', bob.id, closed, { id, replay: 'again' }), { kind: 'done' })
  const shown = await read(bob)
  assert.is((await save({ ...HOME, version: String(shown.version) }, bob)).statusCode, 409)
  const kept = await db.query('select * from profile.details where user_id = $1', [bob.id])
  assert.not.match(JSON.stringify(kept), 'Stockholm')
  assert.equal(await takePublished(db), [], 'that it is gone is no change of its owner')
})

test('of whoever never gave any details none are kept after the closing', async () => {
  const carol = { ...alice, id: 'ca401000-0000-4000-8000-000000000019' }
  await deliverTo(exported.events, db)('user.closed', carol.id, { userId: carol.id, role: 'customer' })
  const { version } = await read(carol)
  assert.is((await save({ ...HOME, version: String(version) }, carol)).statusCode, 409)
})

test('other events are none of its business', async () => {
  const deliver = deliverTo(exported.events, db)
  const { kind } = await deliver('user.signed-in', alice.id, { userId: alice.id, role: 'customer' })
  assert.is(kind, 'dead')
  assert.is((await read()).city, 'Lyon')
})

test.run()
