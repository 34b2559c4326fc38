import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { CURRENCIES, type Currency, decimalsOf, parseAmount, toDecimal } from '#kit/money.ts'
import { convert, exchange, MARGIN, quoteRate } from './exchange.ts'

const MIDDLES = { EUR: '1', USD: '1.086300', GBP: '0.835800', JPY: '164.180000', CHF: '0.935000' }
const currency = fc.constantFrom(...CURRENCIES)
const pair = fc.tuple(currency, currency).filter(([from, to]) => from !== to)
const amount = fc.integer({ min: 0, max: 999_999_999_999_999 })
const middle = fc.integer({ min: 1_000, max: 900_000_000 }).map((millionths) => (millionths / 1e6).toFixed(6))

test('a conversion says the rate, what comes out, and what it costs', () => {
  assert.equal(convert('100', 'EUR', 'USD', MIDDLES), {
    given: { amount: 100_00, currency: 'EUR' },
    result: { amount: 107_91, currency: 'USD' },
    rate: '1.07913',
    middle: '1.08630',
    charge: { amount: 72, currency: 'USD' },
  })
  const yen = convert('1,000', 'JPY', 'EUR', MIDDLES)
  assert.equal('result' in yen && [yen.rate, yen.result.amount], ['0.00605068', 605])
})

test('what cannot be converted is a sentence at its field', () => {
  assert.equal(convert('12,50', 'EUR', 'USD', MIDDLES), {
    refusal: 'Use a point before the cents: 12.50.',
    field: 'amount',
  })
  assert.equal(convert('', 'EUR', 'USD', MIDDLES), { refusal: 'Enter the amount.', field: 'amount' })
  assert.equal(convert('1', 'EUR', 'EUR', MIDDLES), {
    refusal: 'That is EUR already. Choose another currency.',
    field: 'to',
  })
  assert.is('field' in convert('1', 'EUR', 'USD', {}) && 'to', 'to')
  const most = '9'.repeat(13)
  assert.match(
    JSON.stringify(convert(most, 'EUR', 'JPY', { ...MIDDLES, JPY: '99999.000000' })),
    'more than we can change',
  )
})

test('rates have six significant digits, whatever their size', () => {
  assert.is(quoteRate('1', '1.086300', 'middle'), '1.08630')
  assert.is(quoteRate('1', '164.180000', 'middle'), '164.180')
  assert.is(quoteRate('164.180000', '1', 'middle'), '0.00609088')
  assert.is(quoteRate('1', '999999.600000', 'middle'), '1000000')
  fc.assert(
    fc.property(middle, middle, (a, b) => {
      const rate = quoteRate(a, b, 'middle')
      const digits = rate.replace('.', '').replace(/^0+/, '')
      assert.ok(digits.length === 6 || /^10{6}/.test(digits), rate)
      assert.ok(Math.abs(Number(rate) / (Number(b) / Number(a)) - 1) < 6e-6)
    }),
  )
})

test('we buy below the middle and sell above it', () => {
  fc.assert(
    fc.property(middle, middle, (a, b) => {
      const [buy, mid, sell] = (['buy', 'middle', 'sell'] as const).map((side) => Number(quoteRate(a, b, side)))
      assert.ok(Number(buy) < Number(mid) && Number(mid) < Number(sell))
    }),
  )
})

test('the margin is the one that people are told', () => {
  for (const page of ['help/exchange-rates.md', 'pages/home.tsx']) {
    const text = readFileSync(join(import.meta.dirname, '../../layout', page), 'utf8')
    assert.match(text, `${MARGIN / 100} %`, page)
  }
})

test('the result is the amount times the rate, to half of a minor unit, half rounded up', () => {
  fc.assert(
    fc.property(amount, pair, (minor, [from, to]) => {
      const rate = quoteRate(MIDDLES[from], MIDDLES[to], 'buy')
      const result = exchange({ amount: minor, currency: from }, to, rate)
      // The same sum as fractions over one denominator, in whole numbers throughout.
      const [whole = '', fraction = ''] = rate.split('.')
      const exact = BigInt(minor) * BigInt(whole + fraction) * 10n ** BigInt(decimalsOf(to))
      const unit = 10n ** BigInt(fraction.length + decimalsOf(from))
      const over = 2n * (BigInt(result) * unit - exact)
      assert.ok(over > -unit && over <= unit, `${minor} ${from} at ${rate} is ${result} ${to}`)
    }),
  )
})

test('more money is never less, and a way there and back never gains', () => {
  fc.assert(
    fc.property(fc.integer({ min: 100_000, max: 1e12 }), fc.nat(1e9), pair, (minor, more, [from, to]) => {
      const change = (amount: number, a: Currency, b: Currency) =>
        exchange({ amount, currency: a }, b, quoteRate(MIDDLES[a], MIDDLES[b], 'buy'))
      assert.ok(change(minor + more, from, to) >= change(minor, from, to))
      assert.ok(change(change(minor, from, to), to, from) < minor)
    }),
  )
})

test('what was typed and the amount it stands for give the same', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e12 }), pair, (minor, [from, to]) => {
      const typed = toDecimal({ amount: minor, currency: from })
      const parsed = parseAmount(typed, from)
      const found = convert(typed, from, to, MIDDLES)
      assert.ok('amount' in parsed && 'result' in found)
      assert.equal(found.given, { amount: minor, currency: from })
      assert.is(found.result.amount, exchange(found.given, to, found.rate))
    }),
  )
})

test.run()
