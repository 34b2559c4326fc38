import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openTestDatabase } from '#kit/database.fixture.ts'
import { openLog } from '#kit/log.ts'
import { openTestMfe } from '#kit/mfe.fixture.ts'
import { readTags } from '#kit/tags.ts'
import * as rates from './fragment.tsx'
import { formatRate, ratesAgainst } from './rates.ts'
import { seed } from './seed.ts'
import { moveRates, readRates } from './store.ts'

const { db, close } = await openTestDatabase({ rates: join(import.meta.dirname, 'migrations') })
await seed(db)
const ask = openTestMfe(rates, db)

test.after(close)

test('seen from another currency, rates are consistent with those of the euro', async () => {
  const rows = await readRates(db)
  const fromEuro = ratesAgainst('EUR', rows)
  const fromDollar = ratesAgainst('USD', rows)
  const usd = fromEuro.find(({ currency }) => currency === 'USD')
  const eur = fromDollar.find(({ currency }) => currency === 'EUR')
  assert.ok(Math.abs((usd?.mid ?? 0) * (eur?.mid ?? 0) - 1) < 1e-9)
  assert.not.ok(fromDollar.some(({ currency }) => currency === 'USD'))
  assert.ok(fromEuro.every(({ buy, mid, sell }) => buy < mid && mid < sell))
  assert.equal(ratesAgainst('XXX', rows), [])
})

test('rates are written as they are quoted', () => {
  assert.is(formatRate(1.0863), '1.0863')
  assert.is(formatRate(164.18), '164.18')
  assert.is(formatRate(12_345.6), '12,345.60')
})

test('both fragments are cached for everybody and tagged', async () => {
  for (const route of ['/_/rates/board', '/_/rates/table?base=JPY']) {
    const { statusCode, headers, body } = await ask(`GET ${route}`)
    assert.is(statusCode, 200)
    assert.match(String(headers['cache-control']), /^public, max-age=0, s-maxage=300/)
    assert.is(headers['cache-tag'], 'rates')
    assert.match(body, 'Pound sterling')
  }
  assert.is((await ask('GET /_/rates/table?base=XXX')).statusCode, 400)
})

test('rates that move raise their tag in the same transaction, and no move is by a float', async () => {
  const before = await readTags(db, ['rates'])
  await moveRates(db, { USD: 1.01 })
  assert.ok(Number((await readTags(db, ['rates'])).get('rates')) > Number(before.get('rates')))
  const [row] = await db.query<{ mid: string }>("select mid::text from rates.rates where currency = 'USD'")
  assert.is(row?.mid, '1.097163')
  const after = await readTags(db, ['rates'])
  await moveRates(db, { USD: -1 }).catch(() => {})
  assert.equal(await readTags(db, ['rates']), after, 'a move that is refused raises nothing')
})

test('the first move of a day keeps what yesterday ended with, the others do not', async () => {
  const usd = async () => (await readRates(db)).find(({ currency }) => currency === 'USD')
  const ended = (await usd())?.mid
  await db.query("update rates.rates set as_of = date_trunc('day', now(), 'UTC') - interval '1 second'")
  await moveRates(db, { USD: 1.02 })
  const first = await usd()
  assert.is(first?.yesterday, ended)
  assert.is.not(first?.mid, ended)
  await moveRates(db, { USD: 1.01 })
  assert.is((await usd())?.yesterday, ended)
})

test('the ticker ends at once when it is told to', async () => {
  const controller = new AbortController()
  const done = rates.ticker.run({ db, log: openLog('silent', 'test'), signal: controller.signal })
  controller.abort()
  assert.is(await Promise.race([done.then(() => 'ended'), sleep(1_000, 'still there')]), 'ended')
})

test.run()
