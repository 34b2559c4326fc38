import { randomUUID } from 'node:crypto'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { User } from '#kit'
import { openTestDatabase } from '#kit/database.fixture.ts'
import { openTestMfe } from '#kit/mfe.fixture.ts'
import * as exported from './fragment.tsx'

const { db, close } = await openTestDatabase({})
const ask = openTestMfe(exported, db)
const alice = person('Alice Martin', 'customer')

test.after(close)

function person(name: string, role: User['role']): User {
  return { id: randomUUID(), name, role, session: randomUUID() }
}

/** The bar, and the names of its links with their addresses. */
async function showBar(as: User | undefined, place = 'rates') {
  const { statusCode, headers, body } = await ask(`GET /_/header/bar?place=${place}`, { as })
  assert.is(statusCode, 200)
  const [nav = ''] = /<nav aria-label="Main">.*?<\/nav>/.exec(body) ?? []
  const links = Array.from(nav.matchAll(/<a href="([^"]*)"([^>]*)>([^<]*)</g), ([, href, rest = '', name]) => ({
    href,
    name,
    current: /aria-current="(\w+)"/.exec(rest)?.[1],
  }))
  return { headers, body, links, names: links.map(({ name }) => name) }
}

test('whoever is signed out can look around and sign in', async () => {
  const { names, body, headers } = await showBar(undefined)
  assert.equal(names, ['Rates', 'Help', 'Sign in'])
  assert.not.match(body, 'Sign out')
  assert.is(headers['cache-control'], 'private, no-store')
  assert.is(headers['cache-tag'], 'account:')
})

test('a customer finds the same on every page: their money, their profile under their name, the way out', async () => {
  const { names, body, headers } = await showBar(alice)
  assert.equal(names, ['Overview', 'Payments', 'Rates'])
  assert.match(body, '<a href="/profile" aria-label="Your profile, Alice Martin">Alice Martin</a>')
  assert.match(body, '<form method="post" action="/sign-out?action=auth/sign-out.leave">')
  assert.is(headers['cache-tag'], `account:${alice.id}`)
})

test('staff and auditors find what they look after, and their own account under their name', async () => {
  for (const role of ['staff', 'auditor'] as const) {
    const { links, body } = await showBar(person('Ines Okafor', role), 'admin-users')
    assert.equal(
      links.map(({ href }) => href),
      ['/admin', '/admin/users', '/admin/payments', '/admin/audit'],
    )
    assert.match(body, '<a href="/admin/account" aria-label="Your account, Ines Okafor">Ines Okafor</a>')
    assert.match(body, 'Sign out')
    assert.not.match(body, '/profile')
  }
})

test('one link is where one is: the page itself, or the section it is in', async () => {
  const staff = person('Ines Okafor', 'staff')
  const cases: [as: User | undefined, place: string, expected: string[]][] = [
    [alice, 'payments', ['Payments page']],
    [alice, 'payments-new', ['Payments true']],
    [alice, 'payments-id', ['Payments true']],
    [alice, 'notifications', []],
    [staff, 'admin', ['Overview page']],
    [staff, 'admin-users', ['Users page']],
    [staff, 'admin-users-id', ['Users true']],
    [staff, 'admin-elsewhere', ['Overview true']],
    [staff, 'admin-account', []],
    [undefined, 'sign-in', ['Sign in page']],
    [undefined, 'home', []],
  ]
  for (const [as, place, expected] of cases) {
    const { links } = await showBar(as, place)
    const current = links.filter(({ current }) => current).map(({ name, current }) => `${name} ${current}`)
    assert.equal(current, expected, place)
  }
  assert.match((await showBar(alice, 'profile')).body, /aria-label="Your profile, Alice Martin" aria-current="page"/)
  assert.match((await showBar(alice, 'profile-devices')).body, /aria-current="true"/)
})

test('names stay inert, and a place that is none is refused', async () => {
  const { body } = await showBar(person('<b>"&<!--# echo -->', 'customer'))
  assert.not.match(body, /<b>|<!--/)
  assert.is((await ask('GET /_/header/bar?place=%2F..%2F')).statusCode, 400)
})

test.run()
