import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openLog } from './log.ts'
import { inTrace } from './trace.ts'

function openNoted() {
  const lines: string[] = []
  return { lines, out: { write: (line: string) => void lines.push(line) } }
}

test('each line names its service once', () => {
  const { lines, out } = openNoted()
  const log = openLog('info', undefined, out)
  log.child({ service: 'payments' }).info('a')
  log.info('b')
  openLog('info', 'layout', out).info('c')
  assert.equal(
    lines.map((line) => line.match(/"service":"\w+"/g)),
    [['"service":"payments"'], null, ['"service":"layout"']],
  )
})

test('a line names the trace that it was written for, once, and no line of nobody’s names any', async () => {
  const { lines, out } = openNoted()
  const log = openLog('info', undefined, out)
  const [one, other] = ['1'.repeat(32), '2'.repeat(32)]
  const child = log.child({ service: 'payments' })
  const write = async (word: string) => {
    await new Promise((resolve) => setImmediate(resolve))
    child.info(word)
  }
  await Promise.all([inTrace(one, () => write('a')), inTrace(other, () => write('b')), write('c')])
  assert.equal(
    lines.map((line) => [JSON.parse(line).msg, line.match(/"trace":"\w+"/g)]),
    [
      ['a', [`"trace":"${one}"`]],
      ['b', [`"trace":"${other}"`]],
      ['c', null],
    ],
  )
})

test('an error is told without what it carries along', () => {
  const { lines, out } = openNoted()
  const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', connection: { password: 'secret' } })
  openLog('warn', 'test', out).warn({ err: new Error('no database', { cause }), password: 'secret' }, 'failed')
  assert.match(lines[0] ?? '', '"code":"ECONNREFUSED"')
  assert.not.match(lines[0] ?? '', 'secret')
})

test.run()
