import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Handler, html } from './fixture.service.ts'
import { openEdge, SESSION } from './fixture.ts'

const edge = await openEdge({ options: { limits: 'off' }, doubled: ['payments'] })
const { service, get } = edge

test.before.each(async () => {
  await edge.reset()
  await service('payments-2').stop()
})
test.after(edge.close)

const RECENT = '/_/payments/recent'
const SLOW = '/_/payments/slow'
const FALLBACK = '[fallback of /_fallback/payments/recent from the gateway]'

/** The dashboard, with what stands in the place of its second fragment. */
async function dashboard(): Promise<string> {
  const { status, text } = await get('/dashboard', { headers: SESSION })
  assert.is(status, 200)
  return /^<dashboard><p>\/_\/rates\/board<\/p>(.*)<p>\/_\/payments\/slow<\/p><\/dashboard>$/.exec(text)?.[1] ?? text
}

test('nothing of the visitor reaches an include but the identity', async () => {
  await get('/dashboard', {
    headers: {
      ...SESSION,
      'if-none-match': '"a"',
      'if-modified-since': 'Thu, 01 Jan 1970 00:00:00 GMT',
      range: 'bytes=0-1',
      'if-range': '"a"',
      'accept-encoding': 'gzip',
      'content-type': 'text/evil',
      authorization: 'Basic x',
      'x-anything': '1',
    },
  })
  const asked = service('payments').asked.find(({ url }) => url.startsWith(RECENT))
  assert.equal(Object.keys(asked?.headers ?? {}).sort(), [
    'host',
    'traceparent',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-identity',
    'x-include',
    'x-page-path',
    'x-request-id',
  ])
  assert.is(asked?.headers['x-identity'], 'identity-of-alice')
  assert.is(asked?.headers['x-include'], '1')
})

test('what is cached for everybody is not told who asks', async () => {
  await get('/dashboard', { headers: SESSION })
  const [asked] = service('rates').asked
  assert.equal(Object.keys(asked?.headers ?? {}).sort(), ['host', 'traceparent', 'x-include', 'x-request-id'])
})

test('headers that only the inside may send are not heard from a client', async () => {
  const forged = Object.fromEntries(
    [
      'identity',
      'include',
      'primary',
      'page',
      'page-path',
      'page-version',
      'inputs',
      'fragment',
      'include-versions',
    ].map((name) => [`x-${name}`, 'forged']),
  )
  for (const path of [
    '/dashboard',
    RECENT,
    '/api/payments',
    '/payments/abc1',
    '/graphql',
    '/readyz',
    '/api/openapi.json',
  ]) {
    await get(path, {
      headers: { ...forged, 'x-forwarded-for': '6.6.6.6', 'x-forwarded-host': 'evil', 'x-staff-network': '9' },
    })
  }
  for (const name of ['gateway', 'payments', 'rates', 'layout']) {
    for (const { url, headers } of service(name).asked) {
      assert.not.match(JSON.stringify(headers), /forged|6\.6\.6\.6|evil|"9"/, url)
    }
  }
})

test('a trace goes on if it is well-formed, and else begins', async () => {
  const trace = '0af7651916cd43dd8448eb211c80319c'
  const first = await get('/', { headers: { traceparent: `00-${trace}-b7ad6b7169203331-01` } })
  assert.is(first.headers['x-request-id'], trace)
  const [asked] = service('rates').asked
  assert.match(String(asked?.headers.traceparent), new RegExp(`^00-${trace}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`))
  for (const wrong of ['00-0-0-0', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, 'x\\"y']) {
    const { headers } = await get('/rates', { headers: { traceparent: wrong } })
    assert.match(headers['x-request-id'] ?? '', /^(?!0{32})[0-9a-f]{32}$/)
  }
})

const failures: Record<string, Handler> = {
  'answers 500': (_, response) => void response.writeHead(500).end('secret stack'),
  'answers 404': (_, response) => void response.writeHead(404).end('nothing'),
  'answers 302': (_, response) => void response.writeHead(302, { Location: '/elsewhere' }).end(),
  'answers 304': (_, response) => void response.writeHead(304).end(),
  'answers 429': (_, response) => void response.writeHead(429).end('slow down'),
  hangs: () => {},
  'hangs up': (request) => void request.socket.destroy(),
  'sends a header that is none': (request) => void request.socket.end('HTTP/1.1 200 OK\r\nX\0: 1\r\n\r\nhalf'),
}

for (const [failure, handler] of Object.entries(failures)) {
  test(`a fragment that ${failure} leaves its fallback, and the gateway is told`, async () => {
    service('gateway').answer('/_gate', (_, response) => {
      response.writeHead(200, { 'X-Identity': 'alice', 'X-Page-Version': 'W/"v"' })
      response.end()
    })
    service('payments').answer(RECENT, handler)
    assert.is(await dashboard(), FALLBACK)
    const told = service('gateway').asked.filter(({ url }) => url.startsWith('/_fallback/'))
    assert.is(told.length, 1)
    assert.is(told[0]?.headers['x-page'], 'dashboard')
    assert.is(told[0]?.headers['x-page-version'], 'W/"v"')
    assert.is(told[0]?.headers['x-identity'], 'alice')
  })
}

test('a service that is gone leaves the fallbacks of all its fragments', async () => {
  await service('payments').stop()
  const { status, text } = await get('/dashboard', { headers: SESSION })
  assert.is(status, 200)
  assert.is(
    text,
    `<dashboard><p>/_/rates/board</p>${FALLBACK}[fallback of /_fallback/payments/slow from the gateway]</dashboard>`,
  )
})

for (const gateway of ['answers 500', 'hangs', 'answers 302']) {
  test(`with a gateway that ${gateway}, the fallback is the one made at build`, async () => {
    service('gateway').answer('/_fallback/*', failures[gateway] ?? '')
    service('payments').answer(RECENT, failures.hangs ?? '')
    assert.is(await dashboard(), '<p>recent takes a moment</p>')
  })
}

test('a fragment for a person shows nothing to a stranger', async () => {
  service('payments').answer(RECENT, (_, response) => void response.writeHead(204).end())
  assert.is(await dashboard(), '')
})

test('another instance takes over from one that is gone', async () => {
  await service('payments-2').start()
  await service('payments').stop()
  for (let turn = 0; turn < 4; turn++) assert.is(await dashboard(), '<p>/_/payments/recent</p>')
})

test('an answer that breaks off does not take the page along, and is not kept', async () => {
  service('rates').answer('/_/rates/board', (_, response) => {
    const headers = { 'Content-Type': 'text/html', 'Content-Length': 100, 'Cache-Control': 'public, s-maxage=60' }
    response.writeHead(200, headers)
    response.write('half')
    setTimeout(() => response.destroy(), 20)
  })
  const { text } = await get('/dashboard', { headers: SESSION })
  assert.match(text, /^<dashboard>half/)
  service('rates').answer('/_/rates/board', '[whole]')
  assert.match((await get('/dashboard', { headers: SESSION })).text, '[whole]')
})

test('nginx cannot take back what has trickled in, so services send answers whole', async () => {
  service('payments').answer(RECENT, (_, response) => {
    response.write('a')
    const timer = setInterval(() => response.write('a'), 50)
    response.once('close', () => clearInterval(timer))
  })
  assert.match(await dashboard(), /^a+$/)
})

test('includes are not searched for directives, unless they say that they have some', async () => {
  service('payments').answer(RECENT, '<!--# include virtual="/_i/payments/slow" -->')
  assert.is(await dashboard(), '<!--# include virtual="/_i/payments/slow" -->')
})

test('three hundred includes on a page are all there, in order', async () => {
  const includes = Array.from(
    { length: 300 },
    (_, index) => `${index}<!--# include virtual="/_i/rates/board?base=EUR" -->`,
  )
  service('layout').answer('/_i/layout/dashboard/whole', includes.join(''))
  service('rates').answer('/_/rates/board', html(';', { 'Cache-Control': 'public, s-maxage=60' }))
  const { status, text } = await get('/dashboard', { headers: SESSION })
  assert.is(status, 200)
  assert.is(text, Array.from({ length: 300 }, (_, index) => `${index};`).join(''))
})

test('a long input passes', async () => {
  const site = 'a'.repeat(200)
  await get(`/sign-in?next=${site}`)
  assert.is(service('auth').asked[0]?.url, `/_/auth/sign-in?next=${site}`)
})

test('each include has a line in the log, with its cache status', async () => {
  service('payments').answer(RECENT, failures['answers 500'] ?? '')
  service('rates').answer('/_/rates/board', html('x', { 'Cache-Control': 'public, s-maxage=60' }))
  edge.readLog('assembly')
  const before = edge.readLog('assembly').length
  await get('/dashboard', { headers: SESSION })
  const lines = edge.readLog('assembly').slice(before)
  const board = lines.find(({ fragment }) => fragment === 'rates/board')
  assert.is(board?.cache, 'MISS')
  assert.is(board?.path, '/dashboard')
  const recent = lines.find(({ fragment }) => fragment === 'payments/recent')
  assert.is(recent?.fallback, true)
  assert.match(String(recent?.upstream_status), /500 : 200$/)
})

test('three fragments that hang cost one timeout', async () => {
  await service('payments-2').start()
  for (const name of ['payments', 'payments-2']) {
    service(name).answer(RECENT, () => {})
    service(name).answer(SLOW, () => {})
  }
  const started = performance.now()
  await get('/dashboard', { headers: SESSION })
  const took = performance.now() - started
  assert.ok(took < 3000, `2 s is the longest timeout on the page, it took ${took} ms`)
})

test.run()
