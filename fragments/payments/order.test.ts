import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Invalid } from '#kit'
import { patternOf } from '#kit/search.ts'
import { CURSOR, decodeCursor, encodeCursor } from './cursor.ts'
import { checkAmount, readOrder } from './order.ts'
import { searchable } from './search.ts'

const good = { payee: 'Nordlys Energi', amount: '12.50', currency: 'EUR', description: 'Invoice 20418' }

function refusals(typed: Parameters<typeof readOrder>[0]): Readonly<Record<string, string>> {
  try {
    readOrder(typed)
    return {}
  } catch (error) {
    if (error instanceof Invalid) return error.fields
    throw error
  }
}

test('a form becomes an order in minor units', () => {
  assert.equal(readOrder(good), { ...good, amount: 1250, currency: 'EUR' })
  assert.equal(readOrder({ ...good, description: undefined }).description, '')
  assert.equal(readOrder({ ...good, payee: '  Cafe\u0301  ' }).payee, 'Caf\u00e9')
})

test('every field that does not fit is said at once, in the order of the form', () => {
  const said = refusals({ payee: ' ', amount: '1.005', currency: 'EUR', description: 'x'.repeat(141) })
  assert.equal(Object.entries(said), [
    ['payee', 'Enter the name of the payee.'],
    ['amount', 'At most 2 decimals in EUR.'],
    ['description', 'At most 140 characters.'],
  ])
  assert.equal(refusals({ ...good, payee: undefined, amount: undefined }), {
    payee: 'Enter the name of the payee.',
    amount: 'Enter the amount.',
  })
})

test('amounts: more than zero, at most a million', () => {
  assert.equal(refusals({ ...good, amount: '0.00' }), { amount: 'Enter more than zero.' })
  assert.equal(refusals({ ...good, amount: '1,000,000.01' }), {
    amount: 'At most 1,000,000.00\u00a0EUR in one payment.',
  })
  assert.is(readOrder({ ...good, amount: '1000000' }).amount, 100_000_000)
  assert.is(readOrder({ ...good, amount: '1000000', currency: 'JPY' }).amount, 1_000_000)
  assert.throws(
    () => checkAmount({ amount: 100_000_001, currency: 'EUR' }),
    (error: unknown) => error instanceof Invalid,
  )
})

test('names of the world are fine, tricks are not', () => {
  for (const payee of ['Nguyễn Thị Ánh', '山田太郎', 'מרים', 'Seán O’Brien & Sons', 'Zoë 🎹 Müller', '7-Eleven']) {
    assert.equal(refusals({ ...good, payee }), {}, payee)
  }
  for (const payee of ['a\u0000b', 'a\nb', 'evil\u202eeciohc', 'a\ud800b', '\u200b', '---', 'x'.repeat(71)]) {
    assert.ok(refusals({ ...good, payee }).payee, JSON.stringify(payee))
  }
})

test('an invented currency is refused', () => {
  for (const currency of ['XXX', '', '__proto__', undefined]) assert.ok(refusals({ ...good, currency }).currency)
})

test('a cursor finds its place again, and every text of its pattern is one', () => {
  const cursors = fc.record(
    {
      toward: fc.constantFrom('older' as const, 'newer' as const),
      createdAt: fc.date({ min: new Date(0), max: new Date(2 ** 48 - 1), noInvalidDate: true }),
      id: fc.uuid(),
    },
    { noNullPrototype: true },
  )
  fc.assert(fc.property(cursors, (cursor) => assert.equal(decodeCursor(encodeCursor(cursor)), cursor)))
  fc.assert(
    fc.property(fc.stringMatching(CURSOR), (text) => {
      const cursor = decodeCursor(text)
      assert.ok(cursor && !Number.isNaN(cursor.createdAt.getTime()))
      assert.match(cursor.id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    }),
  )
  for (const text of [undefined, '', 'o', 'x'.repeat(31), `o${'!'.repeat(30)}`])
    assert.is(decodeCursor(text), undefined)
})

test('searching looks past case and accents, and has no wildcards', () => {
  assert.is(searchable({ payee: 'Émile FOURNIER', description: 'Leçons' }), 'emile fournier lecons')
  assert.is(patternOf('50%_\\'), '%50\\%\\_\\\\%')
})

test.run()
