/** The demonstration's data of different folders tells one story. */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openTestDatabase } from '#kit/database.fixture.ts'
import { type Currency, formatMoney } from '#kit/money.ts'
import { loadMfes } from './definitions.ts'

const mfes = await loadMfes(['auth', 'notifications', 'payments'])
const { db, close } = await openTestDatabase(Object.fromEntries(mfes.map(({ name, migrations }) => [name, migrations])))

test.before(() =>
  db.transaction(async (sql) => {
    for (const { seed } of mfes) await seed?.(sql)
  }),
)
test.after(close)

interface Told {
  title: string
  body: string
  event: string
  at: Date
  amount: number
  currency: Currency
  payee: string
  state: string
  reason: string | null
  ended: Date
}

const ENDED: Readonly<Record<string, string>> = {
  completed: 'has arrived.',
  failed: 'was not sent.',
  cancelled: 'was cancelled.',
}

test('every note tells of a payment that there is, as it ended and when', async () => {
  const told = await db.query<Told>(
    `select title, body, event, n.at, amount, currency, payee, p.state, reason, s.at as ended
     from notifications.notes n
     join payments.payments p on href = '/payments/' || p.id and p.user_id = n.user_id
     join payments.steps s on payment_id = p.id and s.state = p.state`,
  )
  const [all] = await db.query<{ count: number }>('select count(*) from notifications.notes')
  assert.is(told.length, all?.count)
  assert.ok(told.length > 5)
  for (const { title, body, event, at, ended, state, reason, ...payment } of told) {
    assert.is(title, `${formatMoney(payment)} to ${payment.payee} ${ENDED[state]}`)
    assert.equal(at, ended, title)
    assert.ok(at.getTime() < Date.now(), title)
    assert.ok(event.includes(state), event)
    assert.is(body, state === 'completed' ? '' : [reason, 'The money stays on your account.'].filter(Boolean).join(' '))
  }
})

test('no account is younger than what was paid and came in', async () => {
  const [early] = await db.query<{ count: number }>(
    `select count(*) from auth.users u where exists (select from payments.payments where user_id = u.id and created_at < u.created_at)
     or exists (select from payments.credits where user_id = u.id and created_at < u.created_at)`,
  )
  assert.is(early?.count, 0)
})

test.run()
