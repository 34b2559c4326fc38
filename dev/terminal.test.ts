import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { sayFiles, sayLogLine } from './terminal.ts'

test('a line of the log, for a person', () => {
  const line = JSON.stringify({
    level: 'warn',
    service: 'payments',
    msg: 'it took long',
    err: { message: 'why', stack: 'x' },
  })
  assert.is(sayLogLine(`${line}\n`), 'warn  payments  it took long  why')
  assert.is(sayLogLine('no JSON\n'), 'no JSON')
})

test('files, as far as one reads them', () => {
  assert.is(sayFiles(['fragments/payments/recent.tsx']), 'payments/recent.tsx')
  assert.is(sayFiles(['a', 'b', 'c', 'd']), 'a, b and 2 more')
})

test.run()
