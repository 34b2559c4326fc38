import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { addressWith, queryOf, readTrial } from './trial.ts'

const input = { pattern: '', required: false, type: '', takes: '', samples: [] }
const entry = {
  inputs: [
    { ...input, name: 'limit' },
    { ...input, name: 'q' },
  ],
}
const read = (query: string) => readTrial(new URLSearchParams(query), entry)

test('inputs as they were typed, at a width; what is empty is not given', () => {
  const trial = read('in.limit=5&in.q=&width=768')
  assert.equal(trial, { width: 768, inputs: { limit: '5', q: '' } })
  assert.is(queryOf(trial), '?limit=5')
  assert.is(queryOf(read('')), '')
  assert.is(queryOf(read('in.q=a%26b')), '?q=a%26b')
})

test('a width of one’s own goes first, within what a screen may be', () => {
  assert.is(read('width=320&own=500').width, 500)
  assert.is(read('width=320&own=').width, 320)
  assert.is(read('own=1').width, 160)
  assert.is(read('own=99999').width, 3_840)
  assert.is(read('own=wide').width, 360)
})

test('a sample is a link that keeps the rest', () => {
  const address = addressWith('payments/recent', read('in.limit=5&width=768'), 'q', 'x')
  assert.is(address, '/_dev/fragments/payments/recent?in.limit=5&in.q=x&width=768')
})

test.run()
