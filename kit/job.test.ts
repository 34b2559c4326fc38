import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Database } from './database.ts'
import { repeatEvery } from './job.ts'
import { openLog } from './log.ts'
import { noNeighbour } from './mfe.fixture.ts'

const db: Database = { query: async () => [], transaction: (work) => work(db), close: async () => {} }

test('a round that fails is logged, and the next one comes', async () => {
  const lines: string[] = []
  const log = openLog('warn', undefined, { write: (line) => void lines.push(line) })
  const controller = new AbortController()
  let rounds = 0
  await repeatEvery('1ms', async () => {
    if (++rounds === 3) controller.abort()
    if (rounds === 1) throw new Error('the database is away')
  })({ db, ask: noNeighbour, log, signal: controller.signal })
  assert.is(rounds, 3)
  assert.is(lines.length, 1)
  assert.match(lines[0] ?? '', 'the database is away')
})

test('it ends at once when it is told to', async () => {
  const controller = new AbortController()
  const run = repeatEvery('1h', () => Promise.reject(new Error('never')))
  const done = run({ db, ask: noNeighbour, log: openLog('silent'), signal: controller.signal })
  controller.abort()
  assert.is(await Promise.race([done.then(() => 'ended'), sleep(1_000, 'still there')]), 'ended')
})

test.run()
