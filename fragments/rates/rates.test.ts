import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openTestDatabase } from '#kit/database.fixture.ts'
import { openLog } from '#kit/log.ts'
import { noNeighbour, openTestMfe } from '#kit/mfe.fixture.ts'
import { CURRENCIES, formatMoney, toDecimal } from '#kit/money.ts'
import { readTags } from '#kit/tags.ts'
import { takePublished } from '../../hub/deliver.fixture.ts'
import { convert } from './exchange.ts'
import * as rates from './fragment.tsx'
import { formatRate, middlesOf, ratesAgainst, unitsOf } from './rates.ts'
import { seed } from './seed.ts'
import { moveRates, readHistory, readRates } from './store.ts'

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
  assert.ok(Math.abs(Number(usd?.middle) * Number(eur?.middle) - 1) < 1e-5, 'to six digits')
  assert.not.ok(fromDollar.some(({ currency }) => currency === 'USD'))
  assert.equal(ratesAgainst('XXX', rows), [])
})

test('rates are written as they are quoted', () => {
  assert.is(formatRate('1.08630'), '1.0863')
  assert.is(formatRate('164.180'), '164.18')
  assert.is(formatRate('12345.6'), '12,345.60')
  assert.is(formatRate('0.00609088', unitsOf('JPY')), '0.6091')
})

test('the fragments are cached for everybody and tagged', async () => {
  for (const route of ['/_/rates/board', '/_/rates/table?base=JPY', '/_/rates/history?days=60']) {
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

test('rates that move are published as they are then, exactly, in the same transaction', async () => {
  await takePublished(db)
  await moveRates(db, { USD: 1.001, JPY: 0.999 })
  const rows = await readRates(db)
  const [event, ...others] = await takePublished(db)
  assert.equal([event?.type, event?.subject, others], ['rates.changed', 'rates', []])
  const told = [event?.data.rates].flat()
  const expected = rows
    .filter(({ currency }) => currency === 'USD' || currency === 'JPY')
    .map(({ currency, mid }) => ({ currency, mid }))
  assert.is(told.length, 2)
  for (const rate of expected) {
    assert.match(rate.mid, /^\d+\.\d{6}$/)
    assert.ok(
      told.some((one) => JSON.stringify(one) === JSON.stringify(rate)),
      JSON.stringify(told),
    )
  }

  await moveRates(db, { USD: -1 }).catch(() => {})
  assert.equal(await takePublished(db), [], 'a move that is refused is told to nobody')
  await db.query("alter table hub.outbox add constraint refused check (source <> 'rates') not valid")
  const failed = await moveRates(db, { USD: 1.5 }).then(
    () => false,
    () => true,
  )
  await db.query('alter table hub.outbox drop constraint refused')
  assert.ok(failed)
  assert.equal(await readRates(db), rows, 'and one that cannot be told is not made')
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

test('the history begins with a walk that is the same for everybody, and ends yesterday', async () => {
  const fresh = await openTestDatabase({ rates: join(import.meta.dirname, 'migrations') })
  await seed(fresh.db)
  const past = await readHistory(fresh.db, 200, 'USD')
  assert.is(past.length, 120)
  assert.is(past.at(-1)?.mid, '1.085000')
  assert.is(past[0]?.mid, '1.080568')
  const today = Date.parse(new Date().toISOString().slice(0, 10))
  assert.is(Date.parse(past.at(-1)?.day ?? ''), today - 24 * 3_600_000)
  await fresh.db.query("delete from rates.history where day < (now() at time zone 'UTC')::date - 7")
  await seed(fresh.db)
  assert.is((await readHistory(fresh.db, 200, 'USD')).length, 7, 'what is there is never made up again')
  await fresh.close()
})

test('the first move of a day adds the day that is over to the history, once', async () => {
  await db.query(
    "update rates.rates set mid = 1.5, as_of = date_trunc('day', now(), 'UTC') - interval '1 second' where currency = 'USD'",
  )
  await moveRates(db, { USD: 1.02 })
  await moveRates(db, { USD: 1.03 })
  const past = await readHistory(db, 1)
  assert.equal(
    past.filter(({ currency }) => currency === 'USD').map(({ mid }) => mid),
    ['1.500000'],
  )
})

test('the charts are those that were chosen, in words too', async () => {
  const all = await ask('GET /_/rates/history')
  assert.is(all.body.match(/<figure/g)?.length, 4)
  assert.match(all.body, /aria-label="US dollar\. One euro was worth most on .*Now it is /)
  const one = await ask('GET /_/rates/history?currency=USD&days=120')
  assert.is(one.body.match(/<figure/g)?.length, 1)
  assert.is(one.body.match(/<tr>/g)?.length, 1 + 121, 'a row a day, with its heading')
  assert.is((await ask('GET /_/rates/history?days=31')).statusCode, 400)
  assert.is((await ask('GET /_/rates/history?currency=EUR')).statusCode, 400)
})

test('the converter answers in its page, and asks again where it cannot', async () => {
  const shown = async (query: string) => (await ask(`GET /_/rates/converter${query}`)).body.replaceAll('\u00a0', ' ')
  assert.match(await shown(''), '100.00 EUR is <b>')
  const wrong = await shown('?amount=12%2C50&from=EUR&to=USD')
  assert.match(wrong, 'Use a point before the cents: 12.50.')
  assert.match(wrong, 'aria-invalid="true"')
  assert.match(wrong, 'value="12,50"')
  assert.match(await shown('?amount=&from=EUR&to=USD'), 'Enter the amount.')
  assert.match(await shown('?amount=%3Cb%3E&from=EUR&to=USD'), 'value="&lt;b>')
})

test('the forms of the page carry what was chosen in the others', async () => {
  const { body } = await ask('GET /_/rates/converter?amount=5&from=USD&to=JPY&base=CHF&currency=GBP&days=60')
  const sent = Array.from(body.matchAll(/<input type="hidden" form="([a-z]+)-form" name="(\w+)" value="(\w*)"/g))
  const carried = sent.map(([, form, name, value]) => `${form} ${name}=${value}`).sort()
  assert.equal(carried, [
    'base amount=5',
    'base currency=GBP',
    'base days=60',
    'base from=USD',
    'base to=JPY',
    'convert base=CHF',
    'convert currency=GBP',
    'convert days=60',
    'history amount=5',
    'history base=CHF',
    'history from=USD',
    'history to=JPY',
  ])
  for (const [name, form] of [
    ['table', 'base'],
    ['history', 'history'],
    ['converter', 'convert'],
  ]) {
    assert.match((await ask(`GET /_/rates/${name}`)).body, `id="${form}-form"`)
  }
})

test('the converter says what the rules say, for any amount and any currencies', async () => {
  const middles = middlesOf(await readRates(db))
  const currency = fc.constantFrom(...CURRENCIES)
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 1e12 }), currency, currency, async (amount, from, to) => {
      const typed = toDecimal({ amount, currency: from })
      const { body } = await ask(`GET /_/rates/converter?amount=${typed}&from=${from}&to=${to}`)
      const found = convert(typed, from, to, middles)
      assert.match(body, 'refusal' in found ? found.refusal : `is <b>${formatMoney(found.result)}</b>`)
    }),
    { numRuns: 50 },
  )
})

test('programs get decimals as text, and the time they are of', async () => {
  const { statusCode, body } = await ask('GET /api/rates?base=GBP')
  assert.is(statusCode, 200)
  const { base, asOf, rates } = JSON.parse(body)
  assert.is(base, 'GBP')
  assert.is(new Date(asOf).toISOString(), asOf)
  assert.equal(
    rates.map((rate: { currency: string }) => rate.currency),
    ['EUR', 'USD', 'JPY', 'CHF'],
  )
  for (const { buy, middle, sell } of rates) {
    for (const text of [buy, middle, sell]) assert.match(text, /^\d+\.\d+$/)
    assert.ok(Number(buy) < Number(middle) && Number(middle) < Number(sell))
  }
  assert.is((await ask('GET /api/rates?base=XXX')).statusCode, 400)
})

test('the ticker ends at once when it is told to', async () => {
  const controller = new AbortController()
  const done = rates.ticker.run({ db, ask: noNeighbour, log: openLog('silent', 'test'), signal: controller.signal })
  controller.abort()
  assert.is(await Promise.race([done.then(() => 'ended'), sleep(1_000, 'still there')]), 'ended')
})

test.run()
