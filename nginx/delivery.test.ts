import { once } from 'node:events'
import { connect } from 'node:http2'
import { connect as connectTls } from 'node:tls'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ask, askRaw } from './fixture.client.ts'
import { html } from './fixture.service.ts'
import { openEdge, SESSION } from './fixture.ts'

const edge = await openEdge({ options: { limits: 'off' } })
const { service, get, httpsPort, httpPort } = edge

test.before.each(edge.reset)
test.after(edge.close)

const SECURITY = {
  'content-security-policy': "default-src 'self'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

function assertSecurity(headers: Readonly<Record<string, string>>, what: string): void {
  for (const [name, value] of Object.entries(SECURITY)) assert.is(headers[name], value, `${name} of ${what}`)
  assert.ok(headers['permissions-policy'], what)
  assert.match(headers['x-request-id'] ?? '', /^[0-9a-f]{32}$/, what)
  assert.match(headers['cache-status'] ?? '', /^(?:Selvedge-assembly; [^,+]+, )?Selvedge-delivery; [^,+]+$/, what)
  assert.ok(headers['cache-control'], `cache-control of ${what}`)
  assert.not.match(JSON.stringify(headers), /"(?:cache-control|etag|allow|retry-after|vary)":"[^"]* \+ /, what)
  assert.is(headers.server, 'nginx')
  assert.is(headers['x-powered-by'], undefined)
}

test('every kind of answer has the security headers, each once', async () => {
  const noisy = Object.fromEntries(Object.keys(SECURITY).map((name) => [name, 'from upstream']))
  const more = {
    ...noisy,
    'X-Powered-By': 'x',
    Server: 'x',
    'X-Request-Id': 'x',
    'Cache-Status': 'x',
    'X-Identity': 'x',
  }
  service('payments').answer('*', html('x', more))
  service('rates').answer('/api/rates', html('x', more))
  const kinds = [
    '/',
    '/rates',
    '/rates',
    '/dashboard',
    '/payments/abc1',
    '/sign-in',
    '/_/payments/recent',
    '/_/rates/board',
    '/api/rates',
    '/api/payments',
    '/api/openapi.json',
    '/graphql',
    '/healthz',
    '/readyz',
    '/assets/app-abc123.js',
    '/assets/missing.js',
    '/nothing',
    '/_i/rates/board',
    '/rates?base=X',
    '/a//b',
  ]
  for (const path of kinds) assertSecurity((await get(path, { headers: SESSION })).headers, path)
  for (const path of kinds) assertSecurity((await get(path)).headers, `${path} of a stranger`)
  for (const method of ['PUT', 'TRACE', 'POST']) assertSecurity((await get('/rates', { method })).headers, method)
  assertSecurity((await get('/', { headers: { host: 'evil' } })).headers, 'another host')
  assertSecurity((await ask(httpPort, '/', { plain: true })).headers, 'the redirect')
  assertSecurity((await get('/api/payments', { method: 'POST', body: 'x'.repeat(70_000) })).headers, 'too much')
})

test('plain HTTP leads to HTTPS, with the port, the path and the method', async () => {
  const { status, headers } = await ask(httpPort, '/payments?x=1', { plain: true, method: 'POST' })
  assert.is(status, 308)
  assert.is(headers.location, `https://localhost:${httpsPort}/payments?x=1`)
  const mistaken = await ask(httpsPort, '/rates', { plain: true })
  assert.is(mistaken.status, 308)
  assert.is(mistaken.headers.location, `https://localhost:${httpsPort}/rates`)
})

test('only names that are ours are answered', async () => {
  for (const host of ['evil.example', 'localhost.evil.example', `evil:${httpsPort}`]) {
    assert.is((await get('/', { headers: { host } })).status, 421)
    assert.is((await ask(httpPort, '/', { plain: true, headers: { host } })).status, 421)
  }
  for (const host of ['localhost', '127.0.0.1', `[::1]:${httpsPort}`, 'app.example.com']) {
    assert.is((await get('/healthz', { headers: { host } })).status, 200)
  }
})

test('the inside hears the name that we were chosen by, not another one beside it', async () => {
  const path = `https://localhost:${httpsPort}/rates?base=EUR`
  const asked = service('rates').asked.length
  assert.is((await get(path, { headers: { host: 'evil.example' } })).status, 200)
  assert.ok(service('rates').asked.length > asked, 'somebody was asked')
  for (const { headers } of [...service('gateway').asked, ...service('rates').asked]) {
    assert.not.match(JSON.stringify(headers), 'evil')
  }
})

test('hostile paths are refused before anybody is asked', async () => {
  const hostile = [
    '//',
    '/a//b',
    '/%2f',
    '/a%2Fb',
    '/a%5cb',
    '/%00',
    '/a%0d%0ab',
    '/a/../b',
    '/%2e%2e/b',
    '/a%2eb',
    '/..',
    '/a;b',
    '/a\\b',
    '/_errors//x',
    '/_errors/%2e',
  ]
  for (const path of hostile) {
    const { status, text } = await get(path)
    assert.is(status, path.startsWith('/_errors') && status === 404 ? 404 : 400, path)
    assert.match(text, /page of 40[04]|40[04]/, path)
  }
  assert.is((await get('/rates?base=EUR&x=//..;%2f')).status, 200)
  assert.is(service('gateway').asked.length, 1)
})

test('addresses of the inside are not there', async () => {
  const inside = [
    '/_i/rates/board',
    '/_i/layout/home/whole',
    '/_gate',
    '/_gate/public',
    '/_fallback/rates/board',
    '/_failed/x/y/z',
    '/_act/x',
    '/_errors/404.html',
    '/_kept/x',
    '/_',
    '/_x',
    '/_%69/rates/board',
    '/%5f/',
  ]
  for (const path of inside) {
    const { status } = await get(path, { headers: SESSION })
    assert.is(status, 404, path)
  }
})

test('what is too large says so', async () => {
  const body = await get('/api/payments', { method: 'POST', body: 'x'.repeat(65_537) })
  assert.is(body.status, 413)
  assert.equal(JSON.parse(body.text), { status: 413 })
  assert.is((await get('/api/payments', { method: 'POST', headers: SESSION, body: 'x'.repeat(65_536) })).status, 200)
  assert.is((await get(`/rates?x=${'a'.repeat(8_000)}`)).status, 414)
  assert.is((await get(`/rates?x=${'a'.repeat(4_000)}`)).status, 200)
  const huge = await askRaw(httpsPort, `GET /${'a'.repeat(17_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
  assert.match(huge, /^HTTP\/1.1 414 .*page of 400/s)
  const heavy = await askRaw(httpsPort, `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(17_000)}\r\n\r\n`)
  assert.match(heavy, /^HTTP\/1.1 431 .*page of 400/s)
})

test('requests that are none get a page, too', async () => {
  for (const text of ['GET / HTTP/1.1\r\n\r\n', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 'nonsense\r\n\r\n']) {
    const answer = await askRaw(httpsPort, text)
    assert.match(answer, /page of 400/)
    assert.match(answer, /content-security-policy/i)
  }
})

test('client faults are no errors in the log', async () => {
  await get('/assets/missing.js')
  await get('/api/payments', { method: 'POST', body: 'x'.repeat(70_000) })
  await get('/a//b')
  assert.not.match(edge.readErrors(), /\[error\]/)
})

test('TLS before 1.2 is refused', async () => {
  const speak = async (maxVersion: 'TLSv1.1' | 'TLSv1.2') => {
    const ciphers = 'DEFAULT@SECLEVEL=0'
    const socket = connectTls({ port: httpsPort, rejectUnauthorized: false, minVersion: 'TLSv1', maxVersion, ciphers })
    await once(socket, 'secureConnect').finally(() => socket.destroy())
  }
  await speak('TLSv1.2')
  await speak('TLSv1.1').then(
    () => assert.unreachable('TLS 1.1 was accepted'),
    (error: NodeJS.ErrnoException) => assert.match(error.code ?? '', /PROTOCOL|ECONNRESET/),
  )
})

test('HTTP/2 speaks the same, also about addresses that are too long', async () => {
  const session = connect(`https://127.0.0.1:${httpsPort}`, { rejectUnauthorized: false })
  try {
    for (const [path, status] of [
      ['/healthz', 200],
      [`/${'a'.repeat(8_000)}`, 414],
      ['/a//b', 400],
    ] as const) {
      const stream = session.request({ ':path': path, ':authority': `localhost:${httpsPort}` })
      stream.resume()
      const [headers]: { ':status'?: number }[] = await once(stream, 'response')
      assert.is(headers?.[':status'], status)
      await once(stream, 'close')
    }
  } finally {
    session.close()
  }
})

test('assets are compressed at build and kept for ever; what is missing is not', async () => {
  for (const [encoding, given] of [
    ['br', 'br, gzip'],
    ['gzip', 'gzip'],
    [undefined, 'identity'],
  ]) {
    const { status, headers } = await get('/assets/app-abc123.js', { headers: { 'accept-encoding': given ?? '' } })
    assert.is(status, 200)
    assert.is(headers['content-encoding'], encoding)
    assert.is(headers['cache-control'], 'public, max-age=31536000, immutable')
    assert.is(headers['content-type'], 'text/javascript; charset=utf-8')
    assert.ok(headers['content-length'], 'a file is sent whole')
    assert.is(headers.vary, 'Accept-Encoding')
  }
  const first = await get('/assets/app-abc123.js')
  const again = await get('/assets/app-abc123.js', { headers: { 'if-none-match': first.headers.etag ?? '' } })
  assert.is(again.status, 304)
  assert.is(again.headers['cache-control'], 'public, max-age=31536000, immutable')
  for (const folder of ['/assets/', '/assets', '/assets/payments', '/assets/payments/']) {
    assert.is((await get(folder)).status, 404, folder)
  }
  const missing = await get('/assets/missing.js')
  assert.is(missing.status, 404)
  assert.is(missing.headers['cache-control'], 'no-store')
})

test('pages are compressed once, whichever way the browser can', async () => {
  service('rates').answer('*', html('x'.repeat(5000)))
  for (const encoding of ['br', 'gzip']) {
    for (const path of ['/rates', '/api/rates', '/_/rates/board']) {
      const { headers, body } = await get(path, { headers: { 'accept-encoding': encoding } })
      assert.is(headers['content-encoding'], encoding, path)
      assert.ok(body.length < 1000)
    }
  }
  assert.ok(service('rates').asked.every(({ headers }) => headers['accept-encoding'] === undefined))
})

test('what is for staff is for their networks only', async () => {
  const away = await openEdge({ options: { staffNetworks: ['10.0.0.0/8'] } })
  try {
    for (const path of ['/admin', '/admin/', '/_/admin/users', '/%61dmin']) {
      assert.is((await away.get(path, { headers: SESSION })).status, 403, path)
    }
    assert.is((await away.get('/rates')).status, 200)
    await away.get('/graphql')
    assert.is(away.service('gateway').asked.at(-1)?.headers['x-staff-network'], '0')
  } finally {
    await away.close()
  }
  assert.is((await get('/admin', { headers: SESSION })).status, 200)
})

test('a proxy is believed when it is listed, and not else', async () => {
  const headers = { ...SESSION, 'x-forwarded-for': '203.0.113.7' }
  await get('/_/payments/recent', { headers })
  assert.is(service('payments').asked[0]?.headers['x-forwarded-for'], '127.0.0.1')
  const behind = await openEdge({ options: { trustedProxies: ['127.0.0.0/8'] } })
  try {
    await behind.get('/_/payments/recent', { headers })
    assert.is(behind.service('payments').asked[0]?.headers['x-forwarded-for'], '203.0.113.7')
  } finally {
    await behind.close()
  }
})

test.run()
