import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { CURRENCIES, type Currency, decimalsOf, formatAmount, formatMoney, parseAmount, toDecimal } from './money.ts'

const currencies = fc.constantFrom(...CURRENCIES)
const amounts = fc.integer({ min: 0, max: 999_999_999_999_999 })

test('what is formatted reads as the same amount, for people and for programs', () => {
  fc.assert(
    fc.property(amounts, currencies, (amount, currency) => {
      assert.equal(parseAmount(formatAmount({ amount, currency }), currency), { amount })
      assert.equal(parseAmount(toDecimal({ amount, currency }), currency), { amount })
    }),
  )
})

test('any text is an amount in whole minor units or a sentence', () => {
  const texts = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789.,- e') }))
  fc.assert(
    fc.property(texts, currencies, (text, currency) => {
      const read = parseAmount(text, currency)
      if ('amount' in read) assert.ok(Number.isSafeInteger(read.amount) && read.amount >= 0)
      else assert.match(read.refusal, /^[A-Z].*\.$/)
    }),
  )
})

test('reading agrees with whole numbers: nothing is ever rounded', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 9_999_999_999n), fc.integer({ min: 0, max: 99 }), (whole, cents) => {
      const text = `${whole}.${String(cents).padStart(2, '0')}`
      assert.equal(parseAmount(text, 'EUR'), { amount: Number(whole * 100n + BigInt(cents)) })
    }),
  )
})

test('how people write', () => {
  const cases: readonly (readonly [string, Currency, number])[] = [
    ['12.50', 'EUR', 1250],
    ['12.5', 'EUR', 1250],
    [' 12 ', 'EUR', 1200],
    ['1,234.50', 'EUR', 123450],
    ['1 234.50', 'EUR', 123450],
    ['1\u202f234\u00a0567', 'EUR', 123456700],
    ['007', 'EUR', 700],
    ['1,250', 'JPY', 1250],
    ['1,250.00', 'JPY', 1250],
    ['0.01', 'CHF', 1],
  ]
  for (const [text, currency, amount] of cases) assert.equal(parseAmount(text, currency), { amount }, text)
})

test('what could mean something else is refused', () => {
  for (const text of [
    '12,50',
    '1.234,50',
    '1,23',
    '12,34,567',
    '-5',
    '+5',
    '1e3',
    '0x10',
    '٣',
    '5 EUR',
    '1.',
    '.5',
    'Infinity',
  ]) {
    assert.ok('refusal' in parseAmount(text, 'EUR'), text)
  }
  assert.equal(parseAmount('1.005', 'EUR'), { refusal: 'At most 2 decimals in EUR.' })
  for (const text of ['1.5', '1.000', '1.0']) {
    assert.equal(parseAmount(text, 'JPY'), { refusal: 'No decimals in JPY.' })
  }
  assert.equal(parseAmount(' ', 'EUR'), { refusal: 'Enter the amount.' })
  assert.equal(parseAmount('9'.repeat(40), 'EUR'), { refusal: 'This is more than we can send.' })
})

test('as the design shows it', () => {
  assert.is(formatAmount({ amount: 123450, currency: 'EUR' }), '1,234.50')
  assert.is(formatAmount({ amount: 88400, currency: 'JPY' }), '88,400')
  assert.is(formatAmount({ amount: -5, currency: 'EUR' }), '\u22120.05')
  assert.is(formatMoney({ amount: 123450, currency: 'EUR' }), '1,234.50\u00a0EUR')
  assert.is(toDecimal({ amount: -123456, currency: 'USD' }), '-1234.56')
  for (const currency of CURRENCIES) assert.ok(decimalsOf(currency) >= 0)
})

test('what is wrong with an amount is said in a way that helps', () => {
  const refusal = (text: string) => {
    const result = parseAmount(text, 'EUR')
    return 'refusal' in result ? result.refusal : ''
  }
  assert.is(refusal('12,50'), 'Use a point before the cents: 12.50.')
  assert.is(refusal('1.234,5'), 'Use a point before the cents: 1234.50.')
  assert.match(refusal('€12'), 'figures only')
  assert.match(refusal('12 EUR'), 'figures only')
  assert.match(refusal('-5'), 'figures only')
})

test.run()
