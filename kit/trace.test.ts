import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { currentTrace, inTrace, traceId, traceparentOf } from './trace.ts'

const ONE = '1'.repeat(32)
const OTHER = '2'.repeat(32)

test('a well-formed header is read, anything else begins a trace of its own', () => {
  assert.is(traceId(traceparentOf(ONE)), ONE)
  const made = [undefined, '', 'x', `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`, `00-${ONE}-${'0'.repeat(16)}-01`]
  const ids = made.map(traceId)
  for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/)
  assert.is(new Set([...ids, ONE]).size, made.length + 1)
  assert.not.equal(traceparentOf(), traceparentOf())
  for (const padded of [`${'0'.repeat(16)}${'a'.repeat(16)}`, `${'a'.repeat(16)}${'0'.repeat(16)}`]) {
    assert.is(traceId(traceparentOf(padded)), padded, 'ids of older systems are half as long')
  }
})

test('work belongs to its trace however deep and however late, and to no other that runs beside it', async () => {
  const deep = async () => {
    await turn()
    await Promise.all([turn(), turn()])
    return new Promise((resolve) => process.nextTick(() => resolve(currentTrace())))
  }
  assert.equal(await Promise.all([inTrace(ONE, deep), deep(), inTrace(OTHER, deep)]), [ONE, undefined, OTHER])
  assert.is(currentTrace(), undefined)
  await inTrace(ONE, async () => {
    assert.is(await inTrace(OTHER, deep), OTHER)
    assert.is(currentTrace(), ONE)
  })
})

test.run()
