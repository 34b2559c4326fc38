import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { pathWithin, placeAfterSignIn } from './next.ts'

const ORIGIN = 'https://bank.example'

test('places on the site are kept, with query and fragment', () => {
  for (const next of ['/', '/payments', '/payments?state=failed&q=a%26b', '/help#security', '/payments/a%2f%2fb']) {
    assert.is(pathWithin(next), next)
  }
})

test('whatever leads off the site goes to the first page of the role', () => {
  const hostile = [
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\/evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
    '/%2e//evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    ' //evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'payments',
    '?x',
    '',
    '/\r\nSet-Cookie: a=b',
    '/\u0000',
    '/\ud800',
  ]
  for (const next of hostile) {
    assert.is(placeAfterSignIn(next, 'customer'), '/dashboard', JSON.stringify(next))
    assert.is(placeAfterSignIn(next, 'staff'), '/admin', JSON.stringify(next))
  }
  assert.is(placeAfterSignIn(undefined, 'auditor'), '/admin')
})

test('no text whatever leads off the site', () => {
  const pieces = fc.constantFrom(
    '/',
    '\\',
    '.',
    '..',
    '//',
    'evil.example',
    '@',
    ':',
    '%2f',
    '%5c',
    '\t',
    '?',
    '#',
    'a',
    ' ',
  )
  const texts = fc.oneof(
    fc.webUrl(),
    fc.string({ unit: 'binary' }),
    fc.array(pieces).map((parts) => `/${parts.join('')}`),
  )
  fc.assert(
    fc.property(texts, (next) => {
      const place = placeAfterSignIn(next, 'customer')
      assert.is(new URL(place, ORIGIN).origin, ORIGIN)
      // It goes into a Location header, and must mean the same when it is read once more.
      assert.match(place, /^\/(?!\/)[\x21-\x7e]*$/)
      assert.is(placeAfterSignIn(place, 'customer'), place)
    }),
    { numRuns: 2_000 },
  )
})

test.run()
