import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { User } from '#kit'
import { openTestDatabase } from '#kit/database.fixture.ts'
import { openTestMfe } from '#kit/mfe.fixture.ts'
import * as exported from './fragment.tsx'
import { find, submit } from './payments.ts'
import { seed } from './seed.ts'
import { settle } from './store.ts'
import { addCredits } from './sums.ts'

const { db, close } = await openTestDatabase({ payments: join(import.meta.dirname, 'migrations') })
const ask = openTestMfe(exported, db)
const alice = customer('Alice', 'a11ce000-0000-4000-8000-000000000001')
const bob = customer('Bob', 'b0b00000-0000-4000-8000-000000000002')
const SUBMIT = 'POST /_/payments/create?action=payments/create.submit'
const typed = { payee: 'Nordlys Energi', amount: '1,234.50', currency: 'EUR', description: 'Invoice 20418' }
/** Whatever a person may type that could become markup, a directive or code. */
const HOSTILE = '"><script>alert(1)</script><!--# include virtual="/_i/x" --><esi:include/>{{7*7}}'

test.before(() => db.transaction(seed))
test.after(close)

function customer(name: string, id: string = randomUUID()): User {
  return { id, name, role: 'customer', session: randomUUID() }
}

function keyIn(html: string): string {
  return /name="key" value="([^"]*)"/.exec(html)?.[1] ?? ''
}

async function sendPayment(user: User, fields: Partial<typeof typed> = {}): Promise<string> {
  const answer = await ask(SUBMIT, { as: user, form: { ...typed, ...fields, key: randomUUID() } })
  assert.is(answer.statusCode, 303, answer.body)
  return String(answer.headers.location).replace('/payments/', '')
}

test('create: each form has its own key, and sending goes to the payment', async () => {
  const [one, other] = await Promise.all([0, 1].map(() => ask('GET /_/payments/create', { as: alice })))
  assert.is.not(keyIn(one?.body ?? ''), keyIn(other?.body ?? ''))
  const id = await sendPayment(alice)
  const payment = await find(db, alice.id, id)
  assert.equal([payment.amount, payment.currency, payment.payee], [123450, 'EUR', 'Nordlys Energi'])
})

test('create: what is wrong is said at the field, what was typed stays, and so does the unspent key', async () => {
  const key = randomUUID()
  const answer = await ask(SUBMIT, { as: alice, form: { ...typed, payee: '', amount: '12,50', key } })
  assert.is(answer.statusCode, 422)
  assert.is(keyIn(answer.body), key)
  assert.match(answer.body, '2 things need you first.')
  assert.match(answer.body, '<a href="#payee">Enter the name of the payee.</a>')
  assert.match(answer.body, 'value="12,50"')
  assert.match(answer.body, 'value="Invoice 20418"')
})

test('create: when we cannot say whether it was sent, the same form says so and pays once', async () => {
  const payer = customer('Unsure')
  const form = { ...typed, key: randomUUID() }
  const locked = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const lock = db.transaction(async (sql) => {
    await sql.query('lock table payments.payments in exclusive mode')
    locked.resolve()
    await release.promise
  })
  await locked.promise
  const unsure = await ask(SUBMIT, { as: payer, form })
  assert.is(unsure.statusCode, 504)
  assert.is(keyIn(unsure.body), form.key)
  assert.match(unsure.body, 'once or not at all')
  release.resolve()
  await lock
  const again = await ask(SUBMIT, { as: payer, form })
  assert.is(again.statusCode, 303)
  const { payments } = (await ask('GET /api/payments', { as: payer })).json()
  assert.is(payments.length, 1)
})

test('create: a large payment is looked at once more, and so is another amount or payee', async () => {
  const payer = customer('Large')
  const large = { ...typed, amount: '10,000.00', payee: 'Notariaat "Van Dijk"', key: randomUUID() }
  const send = (fields: Partial<typeof large> & { confirmed?: string }) =>
    ask(SUBMIT, { as: payer, form: { ...large, ...fields } })
  const asked = await send({})
  assert.is(asked.statusCode, 422)
  assert.match(asked.body, 'Look once more.')
  assert.match(asked.body, 'nothing has been sent yet')
  assert.match(asked.body, '>Pay 10,000.00\u00a0EUR</button>')
  assert.is(keyIn(asked.body), large.key)
  const confirmed = /name="confirmed" value="([^"]*)"/.exec(asked.body)?.[1]?.replaceAll('&quot;', '"') ?? ''

  for (const other of [{ amount: '10,000.01' }, { currency: 'USD' }, { payee: 'Somebody else' }]) {
    const again = await send({ ...other, confirmed })
    assert.is(again.statusCode, 422)
    assert.match(again.body, 'Look once more.')
  }
  assert.is((await send({ confirmed: 'yes' })).statusCode, 422)
  assert.equal((await ask('GET /api/payments', { as: payer })).json().payments, [])

  assert.is((await send({ confirmed, amount: '10000' })).statusCode, 303)
  const smaller = await send({ amount: '9,999.99', confirmed, key: randomUUID() })
  assert.is(smaller.statusCode, 422, 'the button that was pressed names another amount')
  assert.match(smaller.body, 'You have changed it, so nothing has been sent yet.')
  assert.match(smaller.body, /Pay 9,999\.99\u00a0EUR/)
  assert.is((await send({ amount: '9,999.99', key: randomUUID() })).statusCode, 303)
})

test('create: nobody can be led to believe that they look once more', async () => {
  const { body } = await ask(SUBMIT, { as: alice, form: { ...typed, key: randomUUID(), look: 'x', first: 'y' } })
  assert.not.match(body, 'Look once more')
  assert.not.match(body, 'second payment')
})

test('create: the same form sent twice goes to the same payment', async () => {
  const form = { ...typed, key: randomUUID() }
  const answers = await Promise.all([1, 2, 3, 4].map(() => ask(SUBMIT, { as: alice, form })))
  assert.equal(
    answers.map(({ statusCode }) => statusCode),
    [303, 303, 303, 303],
  )
  assert.is(new Set(answers.map(({ headers }) => headers.location)).size, 1)
})

test('create: a spent key with another body is refused with a new key and a way to the first payment', async () => {
  const key = randomUUID()
  const first = await ask(SUBMIT, { as: alice, form: { ...typed, key } })
  const second = await ask(SUBMIT, { as: alice, form: { ...typed, amount: '99.00', key } })
  assert.is(second.statusCode, 422)
  assert.match(second.body, 'This second payment was not sent.')
  assert.match(second.body, `href="${String(first.headers.location)}"`)
  assert.match(second.body, 'value="99.00"')
  assert.match(keyIn(second.body), /^[0-9a-f-]{36}$/)
  assert.is.not(keyIn(second.body), key)
  const third = await ask(SUBMIT, { as: alice, form: { ...typed, amount: '99.00', key: keyIn(second.body) } })
  assert.is(third.statusCode, 303)
  assert.is.not(third.headers.location, first.headers.location)
})

test('create: a field that nobody asked for is not taken for the first payment', async () => {
  for (const first of [randomUUID(), '//evil.example', 'x']) {
    const key = randomUUID()
    const answer = await ask(SUBMIT, { as: alice, form: { ...typed, key, first } })
    assert.is(answer.statusCode, 422)
    assert.match(answer.body, 'The payment was not sent.')
    assert.not.match(answer.body, 'See the first payment')
    assert.is(keyIn(answer.body), key)
  }
})

test('create: a damaged key is replaced', async () => {
  const answer = await ask(SUBMIT, { as: alice, form: { ...typed, key: 'x' } })
  assert.is(answer.statusCode, 422)
  assert.match(answer.body, 'This form was damaged on its way.')
  assert.match(keyIn(answer.body), /^[0-9a-f-]{36}$/)
})

test('detail: where it is, and cancelling once', async () => {
  const id = await sendPayment(alice)
  const page = await ask(`GET /_/payments/detail?id=${id}`, { as: alice })
  assert.is(page.statusCode, 200)
  assert.is(page.headers['cache-tag'], `payment:${id}`)
  assert.match(page.body, '<span class="num">1,234.50\u00a0EUR</span> to Nordlys Energi')
  assert.match(page.body, '<li aria-current="step">Submitted')
  const cancel = { as: alice, form: { id }, headers: { 'x-page-path': `/payments/${id}` } }
  const done = await ask(`POST /_/payments/detail?id=${id}&action=payments/detail.cancel`, cancel)
  assert.is(done.statusCode, 303)
  assert.is(done.headers.location, `/payments/${id}`)
  const again = await ask(`POST /_/payments/detail?id=${id}&action=payments/detail.cancel`, cancel)
  assert.is(again.statusCode, 303, 'asked twice, it is as they want it')
})

test('detail: how it failed and what that means for the money', async () => {
  const id = await sendPayment(alice)
  await settle(db, id, { from: 'submitted', to: 'failed', reason: 'The payee’s bank refused it.' })
  const { body } = await ask(`GET /_/payments/detail?id=${id}`, { as: alice })
  assert.match(body, 'The payee’s bank refused it. 1,234.50\u00a0EUR stays on your account.')
  assert.not.match(body, 'Cancel payment')
})

test('detail: another’s payment and an unknown one are the same 404; both cannot be cancelled', async () => {
  const id = await sendPayment(alice)
  const [foreign, unknown] = await Promise.all(
    [id, randomUUID()].map((each) => ask(`GET /_/payments/detail?id=${each}`, { as: bob })),
  )
  assert.is(foreign?.statusCode, 404)
  assert.is(foreign?.body, unknown?.body)
  assert.match(unknown?.body ?? '', '<a class="button" href="/payments">See your payments</a>')
  assert.match(unknown?.body ?? '', 'href="/">Go to the start page</a>')
  const cancel = await ask(`POST /_/payments/detail?id=${id}&action=payments/detail.cancel`, { as: bob, form: { id } })
  assert.is(cancel.statusCode, 404)
  assert.is((await find(db, alice.id, id)).state, 'submitted')
  assert.is((await ask('GET /_/payments/detail?id=1', { as: bob })).statusCode, 400)
})

test('list: a page, its links keep the filter, the filter keeps its values', async () => {
  const { body } = await ask('GET /_/payments/list?state=completed&q=bread', { as: alice })
  assert.is(body.match(/<tr role="row"><td/g)?.length, 25)
  const [, older = ''] = /rel="next" href="([^"]*)"/.exec(body) ?? []
  assert.match(older, /^\/payments\?state=completed&amp;q=bread&amp;cursor=o/)
  assert.not.match(body, 'rel="prev"')
  assert.match(body, '<option value="completed" selected>')
  assert.match(body, 'value="bread"')
  assert.match(body, /data-said="\d+ payments match."/)
  const next = await ask(`GET /_${older.replaceAll('&amp;', '&').replace('/payments', '/payments/list')}`, {
    as: alice,
  })
  assert.is(next.statusCode, 200)
  assert.match(next.body, 'rel="prev"')
})

test('list: empty states say what to do next', async () => {
  const nobody = customer('Nobody')
  assert.match((await ask('GET /_/payments/list', { as: nobody })).body, 'No payments yet')
  const processing = (await ask('GET /_/payments/list?state=processing', { as: nobody })).body
  assert.match(processing, 'No payment is being processed right now.')
  assert.match((await ask('GET /_/payments/recent', { as: nobody })).body, 'No payments yet')
  const filtered = await ask('GET /_/payments/list?state=failed&q=water%20bill', { as: nobody })
  assert.match(filtered.body, 'No payment that failed has “water bill” in its payee or description.')
  assert.match(filtered.body, '<a href="/payments">Show all payments</a>')
  const invented = await ask(`GET /_/payments/list?cursor=${'A'.repeat(64)}`, { as: alice })
  assert.is(invented.statusCode, 200)
})

test('balances: each currency, what is reserved, and an overdrawn one in words', async () => {
  const user = customer('Dora')
  assert.match((await ask('GET /_/payments/balances', { as: user })).body, 'No money yet')
  const credit = { userId: user.id, source: 'S', description: '', createdAt: new Date() }
  await addCredits(db, [
    { ...credit, id: randomUUID(), amount: 500_000, currency: 'EUR' },
    { ...credit, id: randomUUID(), amount: 1_000, currency: 'JPY' },
  ])
  await sendPayment(user)
  const words = async () => (await ask('GET /_/payments/balances', { as: user })).body.replaceAll('\u00a0', ' ')
  assert.match(await words(), '<data value="5000.00">5,000.00 <small>EUR</small></data>')
  assert.match(await words(), '1,234.50 EUR is reserved for a payment under way; 3,765.50 EUR is available.')
  await sendPayment(user, { currency: 'JPY', amount: '1,200' })
  assert.match(await words(), 'Not enough in JPY.')
  assert.match(await words(), '1,200 JPY is reserved for a payment under way, 200 JPY more than you have.')
  const id = await sendPayment(user, { currency: 'CHF', amount: '7' })
  await settle(db, id, { from: 'submitted', to: 'completed' })
  assert.match(await words(), 'Overdrawn in CHF.')
  assert.match(await words(), 'Your payments took 7.00 CHF more than came in.')
})

test('spending: a year in bars, the current month said to go on, other currencies in a sentence', async () => {
  const user = customer('Emma')
  assert.match((await ask('GET /_/payments/spending', { as: user })).body, 'Nothing spent yet')
  const spend = async (fields: Partial<typeof typed>) =>
    settle(db, await sendPayment(user, fields), { from: 'submitted', to: 'completed' })
  await spend({ amount: '10.00' })
  await spend({ amount: '2.50' })
  await spend({ amount: '300', currency: 'JPY' })
  await spend({ amount: '4.00', currency: 'CHF' })
  const body = (await ask('GET /_/payments/spending', { as: user })).body.replaceAll('\u00a0', ' ')
  assert.is(body.match(/<rect/g)?.length, 12)
  assert.match(body, /<span id="spending-year">\w+ \d{4} so far<\/span> <b class="num">12\.50 EUR<\/b>/)
  assert.match(body, 'In other currencies, in the same twelve months: 4.00 CHF and 300 JPY.')
  assert.match(
    await ask('GET /_/payments/spending', { as: alice }).then(({ body }) => body),
    /aria-label="Spent in EUR by month\. The most: /,
  )
})

test('what users write is text everywhere', async () => {
  const user = customer(HOSTILE)
  const id = await sendPayment(user, { payee: HOSTILE.slice(0, 70), description: HOSTILE })
  const pages = await Promise.all([
    ask('GET /_/payments/recent', { as: user }),
    ask('GET /_/payments/list', { as: user }),
    ask(`GET /_/payments/list?q=${encodeURIComponent(HOSTILE.slice(0, 60))}`, { as: user }),
    ask(`GET /_/payments/detail?id=${id}`, { as: user }),
    ask(SUBMIT, { as: user, form: { ...typed, payee: HOSTILE, description: HOSTILE, amount: HOSTILE, key: HOSTILE } }),
  ])
  for (const { body } of pages) {
    // The one script there may be holds an island's properties, as JSON.
    assert.not.match(body.replaceAll('<script type="application/json">', ''), /<script|<!--|<esi:/i)
    assert.match(body, '&lt;script')
  }
})

test('signed out or staff: nothing', async () => {
  const staff: User = { ...alice, role: 'staff' }
  for (const route of [
    'GET /_/payments/balances',
    'GET /_/payments/spending',
    'GET /_/payments/recent',
    'GET /_/payments/list',
    'GET /_/payments/create',
    'GET /api/payments',
  ]) {
    assert.is((await ask(route)).statusCode, 401)
    assert.is((await ask(route, { as: staff })).statusCode, 403)
  }
})

test('API: create, repeat, misuse of a key', async () => {
  const body = { amount: 1250, currency: 'EUR', payee: 'Stadsfiets', description: 'Ticket' }
  const send = (json: unknown, key?: string) =>
    ask('POST /api/payments', { as: alice, json, ...(key && { headers: { 'idempotency-key': key } }) })
  const key = randomUUID()
  const created = await send(body, key)
  assert.is(created.statusCode, 201)
  const { id, created: at, ...rest } = created.json()
  assert.equal(rest, { ...body, status: 'submitted' })
  assert.ok(Date.parse(at))
  assert.is(created.headers.location, `/api/payments/${id}`)

  await settle(db, id, { from: 'submitted', to: 'completed' })
  const repeated = await send(body, `"${key}"`)
  assert.is(repeated.statusCode, 201)
  assert.is(repeated.body, created.body)
  const other = await send({ ...body, amount: 1251 }, key)
  assert.is(other.statusCode, 422)
  assert.match(other.json().detail, id)

  assert.is((await send(body)).statusCode, 400)
  assert.is((await send(body, 'two words')).statusCode, 400)
  assert.is((await send({ ...body, amount: 12.5 }, 'k')).statusCode, 422)
  assert.is((await send({ ...body, amount: '1250' }, 'k')).statusCode, 422)
  assert.is((await send({ ...body, amount: 100_000_001 }, 'k')).statusCode, 422)
  assert.is((await send({ ...body, payee: 'a\u0001b' }, 'k')).statusCode, 422)
  assert.is((await send({ ...body, payee: 'a\u0000b' }, 'k')).statusCode, 400)
  assert.is((await send({ ...body, user: bob.id }, 'k')).statusCode, 422)
})

test('API: read, list and cancel', async () => {
  const user = customer('Carol')
  const { payment } = await submit(db, user.id, { amount: 5, currency: 'JPY', payee: 'A', description: '' }, 'k')
  const read = await ask(`GET /api/payments/${payment.id}`, { as: user })
  assert.is(read.json().status, 'submitted')
  assert.is((await ask(`GET /api/payments/${payment.id}`, { as: bob })).statusCode, 404)
  assert.is((await ask(`DELETE /api/payments/${payment.id}`, { as: bob })).statusCode, 404)
  const cancelled = await ask(`DELETE /api/payments/${payment.id}`, { as: user })
  assert.is(cancelled.statusCode, 200)
  assert.is(cancelled.json().status, 'cancelled')
  assert.equal((await ask(`DELETE /api/payments/${payment.id}`, { as: user })).json(), cancelled.json())
  assert.equal((await ask('GET /api/payments', { as: user })).json(), {
    payments: [cancelled.json()],
    newer: null,
    older: null,
  })
  const page = await ask('GET /api/payments?state=failed', { as: alice })
  assert.is(page.json().payments.length, 25)
  const next = await ask(`GET /api/payments?state=failed&cursor=${page.json().older}`, { as: alice })
  assert.ok(next.json().newer)
  assert.is((await ask('GET /api/payments?cursor=x', { as: alice })).statusCode, 400)
})

test.run()
