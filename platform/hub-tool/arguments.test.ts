import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readCommand } from './arguments.ts'
import { WrongUsage } from './endings.ts'

const NOW = new Date('2026-03-01T12:00:00Z')
const ACT = ['--operator', 'Ada', '--reason', 'Mended.']

const read = (...args: string[]) => readCommand(args, NOW)

function refusalOf(...args: string[]): string {
  try {
    read(...args)
  } catch (error) {
    if (error instanceof WrongUsage) return error.message
    throw error
  }
  throw new Error(`${args.join(' ')} was understood.`)
}

test('commands with what they take', () => {
  assert.equal(read('status', '--watch'), { name: 'status', json: false, watch: true })
  assert.equal(read('tail', '--type=rates.changed', '--json'), {
    name: 'tail',
    json: true,
    type: 'rates.changed',
    subject: undefined,
  })
  assert.equal(read('dlq', '--show', 'x'), { name: 'dlq', json: false, consumer: undefined, show: 'x' })
  assert.equal(read('redrive', 'admin', '--event', 'a', '--event', 'b'), {
    name: 'redrive',
    consumer: 'admin',
    events: ['a', 'b'],
    act: undefined,
    json: false,
  })
  assert.equal(read('setup'), { name: 'setup' })
  for (const args of [['--help'], ['help'], ['redrive', '--help']]) assert.equal(read(...args), { name: 'help' })
})

test('who acts is known by name and reason', () => {
  const command = read('redrive', 'admin', '--all', '--go', '--operator', ' Ada ', '--reason', 'Mended.')
  assert.equal(command, {
    name: 'redrive',
    consumer: 'admin',
    events: 'all',
    act: { operator: 'Ada', reason: 'Mended.' },
    json: false,
  })
  for (const given of [[], ['--operator', 'Ada'], ['--reason', 'Mended.']]) {
    assert.match(refusalOf('redrive', 'admin', '--all', '--go', ...given), /who does this and why/)
  }
  assert.match(refusalOf('redrive', 'admin', '--all', '--operator', 'x'.repeat(101)), /--operator is longer than 100/)
  assert.match(refusalOf('redrive', 'admin', '--all', '--reason', 'x'.repeat(501)), /--reason is longer than 500/)
})

test('times are ISO, or so long ago', () => {
  const from = (time: string) => {
    const command = read('replay', 'admin', '--from', time)
    return command.name === 'replay' ? command.selection.from?.toISOString() : undefined
  }
  assert.is(from('30m'), '2026-03-01T11:30:00.000Z')
  assert.is(from('2h ago'), '2026-03-01T10:00:00.000Z')
  assert.is(from('7d'), '2026-02-22T12:00:00.000Z')
  assert.is(from('2026-02-28'), '2026-02-28T00:00:00.000Z')
  assert.is(from('2026-02-28T10:00+01:00'), '2026-02-28T09:00:00.000Z')
  assert.is(from('2026-02-28 10:00:30.5Z'), '2026-02-28T10:00:30.500Z')
  for (const time of ['yesterday', '2h from now', '2026-02-31', '2026-02-28T25:00Z', '28.2.2026', '1e3']) {
    assert.match(refusalOf('replay', 'admin', '--from', time), `--from ${time} is no time. Write it as`)
  }
  assert.match(refusalOf('replay', 'admin', '--from', '1h', '--until', '2h'), /--from is not before --until/)
})

test('a replay is narrow, or of everything in so many words', () => {
  assert.match(refusalOf('replay', 'admin'), /Which events\? .*--everything/)
  assert.match(refusalOf('replay', 'admin', '--everything', '--type', 'user.closed'), /no other choice/)
  assert.match(
    refusalOf('replay', 'profile', '--type', 'payment.failed'),
    /profile does not consume .*but user\.closed/,
  )
  assert.match(refusalOf('replay', 'admin', '--everything', '--replay', 'a b'), /--replay takes up to 100/)
  const command = read('replay', 'admin', '--replay', 'r1', ...ACT, '--go')
  assert.equal(command.name === 'replay' && [command.replay, command.act?.operator], ['r1', 'Ada'])
})

test('what makes no sense is one sentence with the usage', () => {
  assert.match(refusalOf(), /^What shall be done\?\nnpm run hub -- status \|/)
  assert.match(refusalOf('stats'), /^There is no "stats" here\.\nnpm run hub -- status \|/)
  const wrong: [args: string[], why: RegExp][] = [
    [['status', '--jsno'], /^Nobody here knows --jsno\.\nUsage: npm run hub -- status/],
    [['status', '-j'], /^Nobody here knows -j\./],
    [['status', '--constructor'], /^Nobody here knows --constructor\./],
    [['status', 'admin'], /^"admin" is one word too many\./],
    [['status', '--json=1'], /^--json takes no value\./],
    [['tail', '--type'], /^--type needs a value\./],
    [['tail', '--type', '--json'], /^--type needs a value\./],
    [['tail', '--subject', ' '], /^--subject needs a value\./],
    [['tail', '--type', 'a', '--type', 'b'], /^--type is there twice\./],
    [
      ['tail', '--type', 'payment.exploded'],
      /^There are no events "payment\.exploded"\. There are: payment\.submitted,/,
    ],
    [['dlq', 'rates'], /^"rates" consumes nothing\. Consumers are: admin,/],
    [['redrive'], /^Which consumer\? admin,/],
    [['redrive', 'admin'], /^Which letters\? Either --event ID, or --all\./],
    [['redrive', 'admin', '--all', '--event', 'x'], /^Which letters\?/],
  ]
  for (const [args, why] of wrong) assert.match(refusalOf(...args), why)
})

test.run()
