/** Admin with the real auth and payments, on their tables and the demonstration's data. */
import { randomUUID } from 'node:crypto'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { User } from '#kit'
import { openTestDatabase } from '#kit/database.fixture.ts'
import { openTestMfes } from '#kit/mfe.fixture.ts'
import { loadMfes, type Mfe } from '../definitions.ts'

const ALICE = 'a11ce000-0000-4000-8000-000000000001'
const BOB = 'b0b00000-0000-4000-8000-000000000002'
const ADDED = 60

const mfes = await loadMfes(['admin', 'auth', 'payments'])
const { db, close } = await openTestDatabase(Object.fromEntries(mfes.map(({ name, migrations }) => [name, migrations])))
const { askMfe } = openTestMfes(Object.fromEntries(mfes.map((mfe) => [mfe.name, definitionsOf(mfe)])), db)
const ines: User = { id: 'ad314000-0000-4000-8000-000000000003', name: 'Ines', role: 'staff', session: randomUUID() }

test.before(async () => {
  for (const { seed } of mfes) await db.transaction(async (sql) => seed?.(sql))
  await db.query(
    `insert into auth.users (email, name, role, password, search)
     select format('twin%s@example.com', n), 'Twin', 'customer', 'none', format('twin twin%s@example.com', n)
     from generate_series(1, $1) as n`,
    [ADDED],
  )
})
test.after(close)

function definitionsOf({ fragments, endpoints, provisions }: Mfe): Record<string, unknown> {
  return Object.fromEntries([...fragments, ...endpoints, ...provisions].entries())
}

async function show(path: string): Promise<string> {
  const { statusCode, body } = await askMfe('admin', `GET ${path}`, { as: ines })
  assert.is(statusCode, 200, `${path}: ${body}`)
  return body
}

/** Follows a link from page to page and gathers what stands in the rows. */
async function walk(path: string, rel: string, row: RegExp): Promise<string[]> {
  const found: string[] = []
  let next: string | undefined = path
  while (next) {
    const body: string = await show(next)
    found.push(...Array.from(body.matchAll(row), ([, value = '']) => value))
    const href = new RegExp(`rel="${rel}" href="([^"]+)"`).exec(body)?.[1]?.replaceAll('&amp;', '&')
    next = href?.replace('/admin/', '/_/admin/')
  }
  return found
}

test('every account is on one page of the list, also those of the same name', async () => {
  const all = await walk('/_/admin/users', 'next', /href="\/admin\/users\/([0-9a-f-]{36})"/g)
  const [row] = await db.query<{ count: number }>('select count(*) from auth.users')
  assert.is(new Set(all).size, all.length)
  assert.is(all.length, row?.count)
  const twins = await walk(
    '/_/admin/users?q=twin&role=customer&state=open',
    'next',
    /href="\/admin\/users\/([0-9a-f-]{36})"/g,
  )
  assert.is(twins.length, ADDED)
})

test('every payment of a kind is on one page of the list', async () => {
  const rows = /<data value="([^"]+)">/g
  const all = await walk('/_/admin/payments?state=failed', 'next', rows)
  const [row] = await db.query<{ count: number }>(`select count(*) from payments.payments where state = 'failed'`)
  assert.ok(all.length > 50)
  assert.is(all.length, row?.count)
  assert.match(await show('/_/admin/turnover'), `aria-label="${row?.count} payments, failed"`)
  const bobs = await walk(`/_/admin/payments?user=${BOB}`, 'next', rows)
  const [own] = await db.query<{ count: number }>('select count(*) from payments.payments where user_id = $1', [BOB])
  assert.is(bobs.length, own?.count)
})

test('a cursor that somebody made up is no fault of ours', async () => {
  for (const query of ['after=x', 'after=%7B%7D', `after=${'A'.repeat(400)}`]) {
    const { statusCode } = await askMfe('admin', `GET /_/admin/users?${query}`, { as: ines })
    assert.is(statusCode, 400, query)
  }
  assert.match(await show(`/_/admin/users?after=${randomUUID()}`), 'No account matches')
  await show('/_/admin/payments?cursor=x')
})

test('a lock is kept by auth with its reason and who did it, and shows everywhere at once', async () => {
  const lock = (action: string, reason: string) =>
    askMfe('admin', `POST /_/admin/user?id=${ALICE}&action=admin/user.${action}`, {
      as: ines,
      form: { id: ALICE, reason },
    })
  assert.is((await lock('lock', 'Stolen phone')).statusCode, 303)
  const rows = await db.query('select state, state_reason as reason, state_by as by from auth.users where id = $1', [
    ALICE,
  ])
  assert.equal(rows, [{ state: 'locked', reason: 'Stolen phone', by: ines.id }])
  assert.match(await show('/_/admin/locked'), 'Alice Martin')
  assert.match(await show('/_/admin/customers'), 'aria-label="1 customer, locked"')
  assert.match(await show(`/_/admin/user?id=${ALICE}&done=locked`), 'The account is locked.')

  const again = await lock('lock', 'Twice')
  assert.is(again.statusCode, 409)
  assert.match(again.body, 'The account was not locked.')
  assert.is((await lock('unlock', 'Found again')).statusCode, 303)
  assert.not.match(await show('/_/admin/locked'), 'Alice Martin')
})

test.run()
