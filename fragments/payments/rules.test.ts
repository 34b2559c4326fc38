import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { User } from '#kit'
import { openTestDatabase } from '#kit/database.fixture.ts'
import { openTestMfe } from '#kit/mfe.fixture.ts'
import { CURRENCIES, formatAmount } from '#kit/money.ts'
import * as exported from './fragment.tsx'
import { find } from './payments.ts'
import { checkOrder, confirmationOf, isLarge, readMoney } from './rules.ts'

const { db, close } = await openTestDatabase({ payments: join(import.meta.dirname, 'migrations') })
const ask = openTestMfe(exported, db)
const payer: User = { id: randomUUID(), name: 'P', role: 'customer', session: randomUUID() }
const SUBMIT = 'POST /_/payments/create?action=payments/create.submit'

test.after(close)

/** What a text field can hold: no NUL and no line break can be typed, and browsers send no halves of characters. */
const texts = (around: fc.Arbitrary<string>) =>
  fc
    .oneof(
      { weight: 4, arbitrary: around },
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary', maxLength: 200 }),
    )
    .map((text) => text.toWellFormed().replace(/[\0\r\n]/g, ''))
const amounts = fc.oneof(
  fc.integer({ min: 0, max: 120_000_000 }).map((amount) => formatAmount({ amount, currency: 'EUR' })),
  fc.string({ unit: fc.constantFrom(...'0123456789., -€e'), maxLength: 14 }),
)
const forms = fc.record({
  payee: texts(
    fc.constantFrom(
      'Nordlys Energi',
      'Caf\u0065\u0301',
      ' x ',
      '\u202eevil',
      '---',
      'é'.repeat(70),
      'e\u0301'.repeat(71),
    ),
  ),
  amount: texts(amounts),
  currency: fc.constantFrom(...CURRENCIES, ...CURRENCIES, '', 'XXX', 'toString'),
  description: texts(fc.constantFrom('', 'Invoice 7', 'x'.repeat(140), 'x'.repeat(141), 'a\u0007b')),
})

test('the form in the browser and the server agree: the same sentences, or the same order', async () => {
  let [accepted, refused] = [0, 0]
  const check = async (typed: Readonly<Record<'payee' | 'amount' | 'currency' | 'description', string>>) => {
    const { order, refusals } = checkOrder(typed)
    const confirmed = order ? (confirmationOf(order) ?? '') : ''
    const answer = await ask(SUBMIT, { as: payer, form: { ...typed, confirmed, key: randomUUID() } })
    if (order) {
      assert.is(answer.statusCode, 303, JSON.stringify(typed))
      const payment = await find(db, payer.id, String(answer.headers.location).replace('/payments/', ''))
      const { amount, currency, payee, description } = payment
      assert.equal({ amount, currency, payee, description }, order)
      accepted++
    } else {
      assert.is(answer.statusCode, 422, JSON.stringify(typed))
      const said = Array.from(
        answer.body.matchAll(/<span class="error" id="(\w+)-error"[^>]*>([^<]*)</g),
        ([, ...said]) => said,
      )
      const expected = Object.entries(refusals).filter(([, sentence]) => sentence)
      assert.equal(
        said,
        expected.map(([name, sentence]) => [name, inHtml(sentence)]),
        JSON.stringify(typed),
      )
      refused++
    }
  }
  await fc.assert(fc.asyncProperty(forms, check), { numRuns: 400 })
  assert.ok(accepted > 10 && refused > 10, `${accepted} accepted, ${refused} refused`)
})

test('what the form promises to pay is what is paid, and writing it our way changes nothing', () => {
  fc.assert(
    fc.property(forms, (typed) => {
      const money = readMoney(typed)
      const { order } = checkOrder(typed)
      if (order) assert.equal(money, { amount: order.amount, currency: order.currency })
      if (money) assert.equal(readMoney({ ...typed, amount: formatAmount(money) }), money)
    }),
  )
})

test('a change of currency keeps an amount that the form has written, unless it has cents', () => {
  const whole = formatAmount({ amount: 1_250_000, currency: 'EUR' })
  assert.equal(readMoney({ amount: whole, currency: 'JPY' }), { amount: 12_500, currency: 'JPY' })
  assert.is(readMoney({ amount: '12.50', currency: 'JPY' }), undefined)
})

test('large begins at ten thousand euro, or a million yen, and a confirmation is for one order', () => {
  assert.not(isLarge({ amount: 999_999 }))
  assert.ok(isLarge({ amount: 1_000_000 }))
  assert.is(
    checkOrder({ payee: 'A', amount: '100,000,001', currency: 'JPY' }).refusals.amount?.startsWith('At most'),
    true,
  )
  const order = { amount: 1_000_000, currency: 'EUR', payee: 'A', description: '' } as const
  assert.is(confirmationOf({ ...order, amount: 999_999 }), undefined)
  const others = [
    order,
    { ...order, amount: 1_000_001 },
    { ...order, currency: 'USD' as const },
    { ...order, payee: 'B' },
  ]
  assert.is(new Set(others.map(confirmationOf)).size, others.length)
})

/** As it stands in HTML. */
function inHtml(text = ''): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

test.run()
