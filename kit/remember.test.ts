import { randomUUID } from 'node:crypto'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { remember } from './remember.ts'

test('something is made once for the same source, and anew for another', () => {
  const source = randomUUID()
  let made = 0
  const make = () => `made ${++made}`
  assert.is(remember('test', [source, 'a'], make).toString(), 'made 1')
  assert.is(remember('test', [source, 'a'], make).toString(), 'made 1')
  assert.is(remember('test', [source, 'b'], make).toString(), 'made 2')
  assert.is(remember('test', [`${source}a`, ''], make).toString(), 'made 3', 'where one part ends is part of the name')
  assert.is(remember('other', [source, 'a'], make).toString(), 'made 4')
})

test('bytes stay as they are', () => {
  const bytes = Buffer.from([0, 255, 128, 10])
  const source = randomUUID()
  assert.equal(
    remember('test', [source], () => bytes),
    bytes,
  )
  assert.equal(
    remember('test', [source], () => 'never'),
    bytes,
  )
})

test('what cannot be made is not kept', () => {
  const source = randomUUID()
  const fail = () => {
    throw new Error('no')
  }
  assert.throws(() => remember('test', [source], fail), 'no')
  assert.is(remember('test', [source], () => 'yes').toString(), 'yes')
})

test.run()
