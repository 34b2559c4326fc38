import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { countOf, plain, sayAge, sayMoment, table } from './output.ts'
import { findPlace } from './place.ts'
import { showProgress } from './progress.ts'

test('a table is aligned, numbers to the right, and what comes from messages moves no cursor', () => {
  const rows = [
    { name: 'admin', count: 12, why: 'A\u001b[2Jb\nc' },
    { name: 'notifications', count: 7, why: '' },
  ]
  const text = table<(typeof rows)[number]>(
    [
      { head: 'NAME', cell: ({ name }) => name },
      { head: 'COUNT', cell: ({ count }) => String(count), right: true },
      { head: 'WHY', cell: ({ why }) => why, colour: () => 'red' },
    ],
    rows,
  )
  assert.equal(stripVTControlCharacters(text).split('\n'), [
    'NAME           COUNT  WHY',
    'admin             12  A [2Jb c',
    'notifications      7  ',
  ])
  assert.is(plain('a\u202eb\u2028c'), 'a b c')
})

test('counts, ages and moments in words', () => {
  assert.equal([countOf(1, 'event'), countOf(1_200, 'event')], ['1 event', '1,200 events'])
  assert.equal([-1, 59, 60, 7_200, 172_800].map(sayAge), ['0 s', '59 s', '1 min', '2 h', '2 d'])
  assert.is(sayMoment(new Date('2026-03-01T10:00:00.123Z')), '2026-03-01 10:00:00Z')
})

test('progress is a line now and then, and one that is written anew on a terminal', () => {
  const written = (isTTY: boolean) => {
    const out = Object.assign(new PassThrough(), { isTTY })
    const progress = showProgress('of 2,500 events replayed', out)
    for (let count = 0; count < 2_500; count++) progress.step()
    progress.end()
    return String(out.read())
  }
  assert.is(written(false), '1,000 of 2,500 events replayed\n2,000 of 2,500 events replayed\n')
  assert.match(written(true), /^\r1 of 2,500 events replayed(\r[\d,]+ of 2,500 events replayed *)*\r *\r$/)
})

test('the environment wins over what the run says; what it cannot be is wrong usage', () => {
  const { broker, databaseUrl } = findPlace({
    RUN_DIR: '/nowhere/.run',
    HUB_URL: 'amqp://admin:secret@broker.test/bank',
    DATABASE_URL: 'postgres://db.test/bank',
  })
  assert.equal(broker, {
    url: 'amqp://admin:secret@broker.test/bank',
    management: 'http://admin:secret@broker.test:15672',
  })
  assert.is(databaseUrl(), 'postgres://db.test/bank')
  const embedded = findPlace({ RUN_DIR: '/nowhere/.run', DATABASE_URL: 'postgres://db.test/bank' })
  assert.is(embedded.broker, undefined)
  assert.throws(() => findPlace({ RUN_DIR: '/nowhere/.run' }), /knows of no hub/)
  assert.throws(() => findPlace({ HUB_URL: 'http://broker.test' }), /HUB_URL: must begin with amqp/)
})

test.run()
