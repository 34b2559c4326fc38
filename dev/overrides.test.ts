import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checkAddress, checkPlace, parseOverride } from './overrides.ts'

test('a fragment or an MFE, and an address of this machine', () => {
  assert.equal(parseOverride('payments/recent=127.0.0.1:5000', false), ['payments/recent', '127.0.0.1:5000'])
  assert.equal(parseOverride('rates=[::1]:80', false), ['rates', '[::1]:80'])
  assert.equal(parseOverride('rates=localhost:5000', false), ['rates', '127.0.0.1:5000'])
  assert.is(checkPlace('rates', ['rates', 'rates/board']), 'rates')
})

test('what is no override is refused with what to write', () => {
  for (const text of [
    '',
    'payments/recent',
    '=127.0.0.1:1',
    'Payments=127.0.0.1:1',
    'a/b/c=127.0.0.1:1',
    'a;b=127.0.0.1:1',
  ]) {
    assert.throws(() => parseOverride(text, true), /Write it as payments\/recent=127\.0\.0\.1:5000/)
  }
  const bad = [
    '127.0.0.1',
    '127.0.0.1:0',
    '127.0.0.1:65536',
    '999.0.0.1:80',
    'host:80',
    '127.0.0.1:80;',
    '[::g]:80',
    ':80',
    '$x:80',
  ]
  for (const address of bad) assert.throws(() => checkAddress(address, true), 'Write it as 127.0.0.1:5000')
  assert.throws(() => checkPlace('loans', ['rates']), 'There is no "loans". There are: rates.')
})

test('another machine is asked only if that is meant', () => {
  assert.throws(() => checkAddress('192.0.2.1:5000', false), 'npm run dev -- --any-address')
  assert.throws(() => checkAddress('0.0.0.0:5000', false), 'not on this machine')
  assert.is(checkAddress('192.0.2.1:5000', true), '192.0.2.1:5000')
})

test.run()
