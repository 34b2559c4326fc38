/** Admin's fragments against neighbours that answer from two short lists, by the same contracts as auth and payments. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Conflict, Forbidden, NotFound, provide, type User } from '#kit'
import { openTestDatabase } from '#kit/database.fixture.ts'
import { openTestMfes } from '#kit/mfe.fixture.ts'
import { accountFigures, findAccounts, readAccounts, setAccountLock } from '../../hub/contracts/auth.ts'
import { findPayments, paymentFigures } from '../../hub/contracts/payments.ts'
import * as admin from './fragment.tsx'
import type { Account, Payment } from './neighbours.ts'

/** Whatever a person may type that could become markup, a directive or code. */
const HOSTILE = '"><script>alert(1)</script><!--# include virtual="/_i/x" -->'
const AT = new Date('2026-11-23T13:58:00Z')

const alice = account('Alice Martin', { lastSeenAt: AT })
const bob = account('Bob Lindqvist', { state: 'locked' })
const carla = account('Carla Gone', { state: 'closed' })
const ines = account('Ines Okafor', { role: 'staff' })
const accounts = [alice, bob, carla, ines]
const sent: Payment[] = [
  payment(alice, 'Nordlys Energi', { amount: 123450, state: 'failed', reason: 'The payee’s bank refused it.' }),
  payment(bob, HOSTILE, { amount: 1500, currency: 'JPY' }),
  payment({ id: randomUUID() }, 'Nobody knows the sender'),
]
const asked: { id: string; locked: boolean; reason: string; actor: string }[] = []

const auth = {
  find: provide(findAccounts, ({ q = '', state, role, after, limit }) => {
    const found = accounts
      .filter(({ name }) => name.toLowerCase().includes(q.toLowerCase()))
      .filter((one) => (!state || one.state === state) && (!role || one.role === role))
      .filter(({ name }) => !after || name > alice.name)
    return { accounts: found.slice(0, limit), next: q === 'a' && !after ? alice.id : null }
  }),
  read: provide(readAccounts, ({ ids }) => ({ accounts: accounts.filter(({ id }) => ids.includes(id)) })),
  figures: provide(accountFigures, () => ({
    accounts: [
      { role: 'customer', state: 'open', count: 1204 },
      { role: 'customer', state: 'locked', count: 3 },
      { role: 'staff', state: 'open', count: 2 },
      { role: 'auditor', state: 'open', count: 1 },
    ],
    sessions: 17,
  })),
  lock: provide(setAccountLock, (wish) => {
    const account = accounts.find(({ id }) => id === wish.id)
    if (!account) throw new NotFound('There is no such account.')
    if (account.role !== 'customer') throw new Forbidden('Only accounts of customers can be locked.')
    if (account.state === (wish.locked ? 'locked' : 'open')) throw new Conflict('It is so already.')
    asked.push(wish)
    return { account }
  }),
}

const payments = {
  find: provide(findPayments, ({ state, currency, q = '', userId, limit, cursor }) => ({
    payments: sent
      .filter((one) => (!state || one.state === state) && (!currency || one.currency === currency))
      .filter((one) => (!userId || one.userId === userId) && one.payee.toLowerCase().includes(q.toLowerCase()))
      .slice(0, limit),
    newer: cursor ? 'newer' : null,
    older: userId || state ? null : 'older',
  })),
  figures: provide(paymentFigures, () => ({
    states: [
      { state: 'completed', count: 4914 },
      { state: 'failed', count: 126 },
    ],
    today: [
      { currency: 'EUR', amount: 1234567, count: 12 },
      { currency: 'JPY', amount: 1500, count: 1 },
    ],
  })),
}

const fragments = Object.values(admin).filter((one) => one.kind === 'fragment')
const { db, close } = await openTestDatabase({ admin: join(import.meta.dirname, 'migrations') })
const whole = openTestMfes({ admin, auth, payments }, db)
const ask = (route: string, as: User, form?: Record<string, string>) =>
  whole.askMfe('admin', route, { as, ...(form && { form }) })
const staff = person('staff', ines.id)
const auditor = person('auditor')
const customer = person('customer')

test.after(close)

function account(name: string, given: Partial<Account> = {}): Account {
  const email = `${name.split(' ')[0]?.toLowerCase()}@example.com`
  return { id: randomUUID(), name, email, role: 'customer', state: 'open', createdAt: AT, lastSeenAt: null, ...given }
}

function payment({ id: userId }: { id: string }, payee: string, given: Partial<Payment> = {}): Payment {
  const money = { amount: 1250, currency: 'EUR', state: 'completed' } as const
  return {
    id: randomUUID(),
    userId,
    payee,
    description: 'Not for staff',
    reason: null,
    createdAt: AT,
    ...money,
    ...given,
  }
}

function person(role: User['role'], id: string = randomUUID()): User {
  return { id, role, name: 'Somebody', session: randomUUID() }
}

test('the overview says how many, and leads to who', async () => {
  const { body } = await ask('GET /_/admin/customers', staff)
  assert.match(body, '<a href="/admin/users?role=customer&amp;state=open" aria-label="1,204 customers, open">1,204</a>')
  assert.match(body, '<a href="/admin/users?role=customer&amp;state=closed" aria-label="0 customers, closed">0</a>')
  assert.match(body, '<dt>Open sessions</dt><dd>17</dd>')
  assert.match(body, 'Besides them, 2 of staff and 1 auditor.')
  const turnover = (await ask('GET /_/admin/turnover', staff)).body
  assert.match(
    turnover,
    /<th[^>]*>EUR<\/th><td[^>]*>12 payments<\/td><td[^>]*><data value="12345.67">12,345.67 <small>EUR/,
  )
  assert.match(turnover, /1 payment<\/td><td[^>]*><data value="1500">1,500 <small>JPY/)
  assert.match(turnover, '<a href="/admin/payments?state=failed" aria-label="126 payments, failed">126</a>')
  assert.match(turnover, '<a href="/admin/payments?state=cancelled" aria-label="0 payments, cancelled">0</a>')
})

test('the overview shows what needs a look: failed payments with their share, and who is locked', async () => {
  const { body } = await ask('GET /_/admin/failed', staff)
  assert.match(body, '126 of 5,040 payments that came to an end failed: 2.5 %.')
  assert.match(body, '<small>“The payee’s bank refused it.”</small>')
  assert.match(body, `<a href="/admin/users/${alice.id}">Alice Martin</a>`)
  assert.not.match(body, 'JPY')
  const locked = (await ask('GET /_/admin/locked', staff)).body
  assert.match(locked, `<a href="/admin/users/${bob.id}">Bob Lindqvist</a>`)
  assert.not.match(locked, 'Alice')
})

test('accounts are found by name, state and role, a page at a time', async () => {
  const { body } = await ask('GET /_/admin/users?q=lind', staff)
  assert.match(body, `<a href="/admin/users/${bob.id}">Bob Lindqvist</a> <small>bob@example.com</small>`)
  assert.match(body, '<span data-status="locked">Locked</span>')
  assert.match(body, 'Never')
  assert.not.match(body, 'Alice')
  const first = (await ask('GET /_/admin/users?q=a&role=customer', staff)).body
  assert.match(first, `href="/admin/users?q=a&amp;role=customer&amp;after=${alice.id}"`)
  assert.match(first, '<time datetime="2026-11-23T13:58Z">23 Nov 2026, 13:58</time>')
  const second = (await ask(`GET /_/admin/users?q=a&role=customer&after=${alice.id}`, staff)).body
  assert.match(second, 'href="/admin/users?q=a&amp;role=customer">From the start')
  assert.not.match(second, 'Alice Martin</a>')
})

test('what was searched for stays in the form, whatever it is', async () => {
  for (const list of ['users', 'payments']) {
    const { body } = await ask(`GET /_/admin/${list}?q=${encodeURIComponent(HOSTILE.slice(0, 60))}`, staff)
    assert.match(body, 'value="&quot;>&lt;script>')
    assert.not.match(body, '<script>')
  }
  const { body } = await ask('GET /_/admin/payments?state=failed&currency=EUR', staff)
  assert.match(body, /<option[^>]* selected[^>]*>Failed/)
  assert.match(body, /<option[^>]* selected[^>]*>EUR/)
})

test('payments say whose, to whom, what became of them and how much, and nothing more', async () => {
  const { body } = await ask('GET /_/admin/payments', staff)
  assert.match(body, `<a href="/admin/users/${alice.id}">Alice Martin</a>`)
  assert.match(body, 'Nordlys Energi')
  assert.match(body, '<data value="1234.50">1,234.50 <small>EUR</small></data>')
  assert.match(body, '<span data-status="failed">Failed</span>')
  assert.match(body, `${sent[2]?.userId}</a>`, 'an account that auth does not know')
  assert.not.match(body, 'Not for staff')
  assert.not.match(body, /<script>|<!--#/)
  assert.match(body, '/admin/payments?cursor=older')
  const further = (await ask('GET /_/admin/payments?currency=EUR&cursor=x', staff)).body
  assert.match(further, 'href="/admin/payments?currency=EUR&amp;cursor=newer"')
})

test('where nothing matches, it says of what: others may match a part of it', async () => {
  assert.match((await ask('GET /_/admin/payments?q=zzz', staff)).body, 'None has “zzz” in its payee or description.')
  const { body } = await ask('GET /_/admin/payments?q=zzz&state=failed', staff)
  assert.match(body, 'None of this kind has “zzz” in its payee or description.')
})

test('payments of one account keep to it from page to page', async () => {
  const { body } = await ask(`GET /_/admin/payments?user=${alice.id}&q=nord`, staff)
  assert.match(body, 'Payments of Alice Martin')
  assert.match(body, `<input type="hidden" name="user" value="${alice.id}"/>`)
  assert.not.match(body, 'Bob')
})

test('one account: staff lock it for a reason, and are told that it is done', async () => {
  const path = `/_/admin/user?id=${alice.id}`
  const { body } = await ask(`GET ${path}`, staff)
  assert.match(body, '<h1>Alice Martin</h1>')
  assert.match(body, 'alice@example.com')
  assert.match(body, '<form method="post" action="?action=admin/user.lock">')

  const empty = await ask(`POST ${path}&action=admin/user.lock`, staff, { id: alice.id, reason: '  ' })
  assert.is(empty.statusCode, 422)
  assert.match(empty.body, '<a href="#reason">Say why, in a few words.</a>')
  assert.match(empty.body, 'The account was not locked.')
  assert.equal(asked, [])

  const done = await ask(`POST ${path}&action=admin/user.lock`, staff, { id: alice.id, reason: ' Stolen phone ' })
  assert.is(done.statusCode, 303)
  assert.is(done.headers.location, `/admin/users/${alice.id}?done=locked`)
  assert.equal(asked, [{ id: alice.id, locked: true, reason: 'Stolen phone', actor: ines.id }])
})

test('the notice of what was done is shown while it is so', async () => {
  assert.match((await ask(`GET /_/admin/user?id=${bob.id}&done=locked`, staff)).body, 'The account is locked.')
  assert.not.match((await ask(`GET /_/admin/user?id=${alice.id}&done=locked`, staff)).body, 'The account is locked.')
  assert.match((await ask(`GET /_/admin/user?id=${alice.id}&done=unlocked`, staff)).body, 'The account is open again.')
})

test('who comes second is told, and what they typed is no reason for the opposite', async () => {
  const form = { id: bob.id, reason: 'Too late' }
  const late = await ask(`POST /_/admin/user?id=${bob.id}&action=admin/user.lock`, staff, form)
  assert.is(late.statusCode, 409)
  assert.match(late.body, 'The account was not locked.</strong> It is so already.')
  assert.match(late.body, 'admin/user.unlock')
  assert.not.match(late.body, 'Too late')
})

test('accounts that cannot be locked have no form for it', async () => {
  for (const { id } of [carla, ines]) assert.not.match((await ask(`GET /_/admin/user?id=${id}`, staff)).body, '<form')
  const form = { id: ines.id, reason: 'Myself' }
  assert.is((await ask(`POST /_/admin/user?id=${ines.id}&action=admin/user.lock`, staff, form)).statusCode, 403)
})

test('an unknown account is 404', async () => {
  const id = randomUUID()
  assert.is((await ask(`GET /_/admin/user?id=${id}`, staff)).statusCode, 404)
  assert.match((await ask(`GET /_/admin/user-payments?id=${id}`, staff)).body, 'Nothing was sent')
})

test('auditors see everything and change nothing', async () => {
  for (const { route, inputs } of fragments) {
    const query = inputs.some(({ required }) => required) ? `?id=${alice.id}` : ''
    const seen = await ask(`GET ${route}${query}`, auditor)
    assert.is(seen.statusCode, 200, route)
    assert.not.match(seen.body, 'method="post"', route)
  }
  const before = asked.length
  for (const action of ['lock', 'unlock']) {
    const form = { id: alice.id, reason: 'Curious' }
    const refused = await ask(`POST /_/admin/user?id=${alice.id}&action=admin/user.${action}`, auditor, form)
    assert.is(refused.statusCode, 403, action)
  }
  assert.is(asked.length, before)
})

test('customers see nothing of it', async () => {
  for (const { route, inputs } of fragments) {
    const query = inputs.some(({ required }) => required) ? `?id=${alice.id}` : ''
    const refused = await ask(`GET ${route}${query}`, customer)
    assert.is(refused.statusCode, 403, route)
    assert.not.match(refused.body, /Alice|Nordlys|1,204/)
  }
})

test('nothing is kept by a browser: whether it is still so, only the neighbours know', async () => {
  for (const { route, tags } of fragments) assert.equal(tags, [], route)
})

test('without auth, payments are shown with the numbers of their accounts', async () => {
  const without = openTestMfes({ admin, payments }, db)
  for (const route of ['/_/admin/payments', '/_/admin/failed']) {
    const { statusCode, body } = await without.askMfe('admin', `GET ${route}`, { as: staff })
    assert.is(statusCode, 200)
    assert.match(body, `<a href="/admin/users/${alice.id}">${alice.id}</a>`)
    assert.match(body, 'Names are taking a moment')
  }
  const { statusCode, body } = await without.askMfe('admin', `GET /_/admin/user?id=${alice.id}`, { as: staff })
  assert.is(statusCode, 503)
  assert.match(body, '<h1>Account</h1>')
})

test('payments do not wait for names any longer than their contract says', async () => {
  const hanging = openTestMfes(
    { admin, payments, auth: { read: provide(readAccounts, () => new Promise(() => {})) } },
    db,
  )
  const { statusCode, body } = await hanging.askMfe('admin', 'GET /_/admin/payments', { as: staff })
  assert.is(statusCode, 200)
  assert.match(body, 'Names are taking a moment')
})

test('a lock that we cannot be sure of says so, and can be sent again', async () => {
  const lost = openTestMfes(
    { admin, auth: { ...auth, lock: provide(setAccountLock, () => Promise.reject(new Error())) } },
    db,
  )
  const { statusCode, body } = await lost.askMfe('admin', `POST /_/admin/user?id=${alice.id}&action=admin/user.lock`, {
    as: staff,
    form: { id: alice.id, reason: 'Stolen phone' },
  })
  assert.is(statusCode, 503)
  assert.match(body, 'Something went wrong on our side.')
  assert.match(body, 'value="Stolen phone"')

  // This one is locked: whoever wished for that need not wonder.
  const done = await lost.askMfe('admin', `POST /_/admin/user?id=${bob.id}&action=admin/user.lock`, {
    as: staff,
    form: { id: bob.id, reason: 'Stolen phone' },
  })
  assert.match(done.body, 'The account is locked.')
  assert.not.match(done.body, 'Something went wrong')
})

test.run()
