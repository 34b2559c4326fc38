import { once } from 'node:events'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { portOf } from '../machine/ports.ts'
import { watchCaches } from './composition/cache-log.ts'
import { checkPage } from './composition/check.ts'
import { createClient } from './composition/client.ts'
import { openContestants } from './composition/contestants.ts'
import { askSteadily, emptySamples, measureCapacity, percentile } from './composition/load.ts'
import { benchPage, benchPages, piecesOf, wholeOf } from './composition/pages.ts'
import { readPlan } from './composition/plan.ts'
import { plotDots, plotLines } from './composition/plot.ts'
import { openStage } from './composition/stage.ts'

const COUNT = 3

const stage = await openStage({ counts: [COUNT], others: false })
const contestants = await openContestants(stage)

test.after(async () => {
  contestants.close()
  await stage.close()
})

test('every page of the site is composed byte for byte, in every state and with every fault', async () => {
  const client = createClient({ port: stage.settings.ports.edge, headers: { cookie: await stage.signIn() } })
  for (const page of benchPages([COUNT])) {
    const { status, body } = await client.get(page.path)
    assert.is(status, 200, page.path)
    assert.is(body.toString(), wholeOf(page), page.path)
  }
  client.close()
})

test('a page of a person is for nobody else', async () => {
  const client = createClient({ port: stage.settings.ports.edge })
  const { status } = await client.get(benchPage('private', COUNT, 'well').path)
  assert.is(status, 303)
  client.close()
})

test('each kind of page finds its fragments in the state that it is named for', async () => {
  const stateOf = async (kind: 'hit' | 'stale' | 'miss', wanted: string) => {
    const { client, path, check } = contestants.workOf({ who: 'Selvedge', kind, count: COUNT, fault: 'well' })
    assert.ok(check(await client.get(path(0))))
    // A fragment grows stale after a second: until then the same visit finds it fresh.
    for (let tries = 0; tries < 20; tries++) {
      const watch = watchCaches(stage)
      assert.ok(check(await client.get(path(0))))
      const [said = ''] = watch()
      if (said === `${kind}: ${wanted} 100.0 %`) return wanted
      await sleep(200)
    }
    return undefined
  }
  assert.is(await stateOf('hit', 'HIT'), 'HIT')
  assert.is(await stateOf('stale', 'STALE'), 'STALE')
  assert.is(await stateOf('miss', 'MISS'), 'MISS')
})

test('compressed, over TLS and as a file it is the same page', async () => {
  for (const who of ['Selvedge, TLS and brotli', 'a static file'] as const) {
    const { client, path, check } = contestants.workOf({ who, kind: 'page', count: COUNT, fault: 'well' })
    assert.ok(check(await client.get(path(0))), who)
  }
})

test('what is not the page counts as a failure, also when it is 200', async () => {
  const page = benchPage('hit', COUNT, 'well')
  const whole = wholeOf(page)
  const lost = wholeOf(benchPage('hit', COUNT, 'dead'))
  const [first = '', second = ''] = piecesOf(page)
  const answers = new Map<string, string>([
    ['/0', whole],
    ['/1', lost],
    ['/2', whole.replace(first, '')],
    ['/3', whole.replace(first + second, second + first)],
    ['/4', whole.replace(first, first + first)],
    ['/5', whole.slice(0, -10)],
  ])
  const server = await serve((request, response) => {
    const url = request.url ?? ''
    if (url === '/6') return response.writeHead(500).end(whole)
    if (url === '/7') return cutOff(response, whole)
    response.end(answers.get(url))
  })
  const client = createClient({ port: server.port })
  const samples = emptySamples()
  await askSteadily({ client, path: (index) => `/${index}`, check: checkPage(page) }, 100, 0.08, samples)
  assert.is(samples.asked, 8)
  assert.is(samples.failures, 7)
  const capacity = await measureCapacity({ client, path: () => '/1', check: checkPage(page) }, 0.05)
  assert.is(capacity.perSecond, 0)
  assert.ok(capacity.failures > 0)
  client.close()
  await server.close()
})

test('the open loop asks on while nothing is answered', async () => {
  const waiting: ServerResponse[] = []
  const server = await serve((_, response) => {
    waiting.push(response)
    // Whoever waits for an answer before asking again would wait for ever.
    if (waiting.length === 6) for (const one of waiting) one.end('x')
  })
  const client = createClient({ port: server.port })
  const samples = emptySamples()
  await askSteadily({ client, path: () => '/', check: ({ status }) => status === 200 }, 200, 0.03, samples)
  assert.equal([samples.asked, samples.failures, samples.last.length], [6, 0, 6])
  client.close()
  await server.close()
})

test('a percentile is a value that was measured', () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index)
  assert.is(percentile(values, 0.5), 100)
  assert.is(percentile(values, 0.99), 198)
  assert.is(percentile([7], 0.99), 7)
})

test('who is not here is left out of the plan', () => {
  const whole = readPlan([], ['Selvedge', 'Podium'])
  assert.equal([...new Set(whole.cells.map(({ who }) => who))], ['Selvedge', 'Podium'])
  assert.ok(readPlan(['--quick'], ['Selvedge']).cells.length < readPlan(['--full'], ['Selvedge']).cells.length)
})

test('plots are well-formed, whatever their words', () => {
  const hostile = 'a <b> & "c"'
  const axis = { label: hostile, logarithmic: true }
  const points = [
    [1, 0.4],
    [20, 1_300],
  ] as const
  const series = [hostile, 'two'].map((name) => ({ name, points }))
  const rows = [{ name: hostile, values: [3, 700] }]
  for (const svg of [
    plotLines({ title: hostile, note: hostile, x: { label: hostile, ticks: [1, 20] }, y: axis, series }),
    plotDots({ title: hostile, note: hostile, x: axis, dots: [hostile, 'slow'], rows }),
  ]) {
    assert.equal(openTags(svg), [])
    assert.not.match(svg, /NaN|Infinity|undefined/)
    assert.ok(svg.includes('a &lt;b&gt; &amp; &quot;c&quot;'))
  }
})

/** Names of tags that are not closed, or closed out of turn. Throws on a tag that is none. */
function openTags(svg: string): string[] {
  const open: string[] = []
  for (const [tag = ''] of svg.matchAll(/<[^>]*>/g)) {
    const [, closing, name = '', alone] = /^<(\/?)([a-z]+)(?: [a-zA-Z0-9-]+="[^"<]*")*(\/?)>$/.exec(tag) ?? []
    if (!name) throw new Error(`${tag} is no tag.`)
    if (closing) assert.is(open.pop(), name)
    else if (!alone) open.push(name)
  }
  return open
}

function cutOff(response: ServerResponse, whole: string): void {
  response.writeHead(200, { 'Content-Length': whole.length })
  response.write(whole.slice(0, 100), () => response.destroy())
}

async function serve(handler: RequestListener): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: portOf(server),
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

test.run()
