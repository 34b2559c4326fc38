import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { html } from './fixture.service.ts'
import { openEdge, SESSION } from './fixture.ts'

const edge = await openEdge({ options: { limits: 'off' } })
const { service, get } = edge

test.before.each(edge.reset)
test.after(edge.close)

const SHARED = { 'Cache-Control': 'public, max-age=0, s-maxage=60, stale-while-revalidate=60, stale-if-error=60' }

function gateSays(headers: Record<string, string>): void {
  service('gateway').answer('/_gate', (_, response) => void response.writeHead(200, headers).end())
}

test('a fragment asked directly is itself, for one person', async () => {
  const { status, text, headers } = await get('/_/payments/recent?limit=2', { headers: SESSION })
  assert.is(status, 200)
  assert.is(text, '<p>/_/payments/recent</p>')
  assert.is(headers['cache-control'], 'private, no-store')
  const [asked] = service('payments').asked
  assert.is(asked?.url, '/_/payments/recent?limit=2')
  assert.is(asked?.headers['x-identity'], 'identity-of-alice')
  assert.is(asked?.headers['x-include'], undefined)
  assert.is(asked?.headers['x-primary'], undefined)
  assert.is(service('gateway').asked[0]?.headers['x-page'], undefined)
  assert.is(service('gateway').asked[0]?.headers['x-fragment'], '/_/payments/recent')
})

test('its method, body and conditions are kept', async () => {
  service('payments').answer(
    '/_/payments/recent',
    (_, response) => void response.writeHead(304, { ETag: 'W/"f"' }).end(),
  )
  assert.is((await get('/_/payments/recent', { headers: { ...SESSION, 'if-none-match': 'W/"f"' } })).status, 304)
  assert.is(service('payments').asked[0]?.headers['if-none-match'], 'W/"f"')
  service('payments').answer('/_/payments/recent', html('done'))
  const headers = { ...SESSION, 'content-type': 'application/x-www-form-urlencoded' }
  await get('/_/payments/recent?action=payments/recent.hide', { method: 'POST', headers, body: 'a=1' })
  const posted = service('payments').asked[1]
  assert.equal(
    [posted?.method, posted?.url, posted?.body],
    ['POST', '/_/payments/recent?action=payments/recent.hide', 'a=1'],
  )
})

test('its own errors pass, and there is no fallback', async () => {
  for (const status of [400, 401, 404, 422, 500, 503]) {
    service('payments').answer('/_/payments/recent', (_, response) => void response.writeHead(status).end('its own'))
    const answer = await get('/_/payments/recent', { headers: SESSION })
    assert.is(answer.status, status)
    assert.is(answer.text, 'its own')
  }
})

test('errors of the edge take the form of a fragment', async () => {
  await service('payments').stop()
  const dead = await get('/_/payments/recent', { headers: SESSION })
  assert.is(dead.status, 502)
  assert.is(dead.text, '<p>fragment of 502</p>')
  const unknown = await get('/_/payments/nothing')
  assert.is(unknown.status, 404)
  assert.is(unknown.text, '<p>fragment of 404</p>')
  const put = await get('/_/payments/recent', { method: 'PUT' })
  assert.is(put.status, 405)
  assert.is(put.headers.allow, 'GET, HEAD, POST')
  assert.is((await get('/_/rates/board', { method: 'POST' })).headers.allow, 'GET, HEAD')
})

test('without the gateway, what may be for a person is 503 and what is the same for all goes on', async () => {
  await service('gateway').stop()
  assert.is((await get('/_/payments/recent', { headers: SESSION })).status, 503)
  assert.is((await get('/_/auth/account')).status, 503)
  assert.is((await get('/_/rates/board')).status, 200)
})

test('a cached fragment is shared with the page that includes it', async () => {
  gateSays({ 'X-Include-Versions': 'rates/board=1' })
  service('rates').answer('/_/rates/board', html('[board]', SHARED))
  await get('/dashboard', { headers: SESSION })
  const { text, headers } = await get('/_/rates/board?base=EUR')
  assert.is(text, '[board]')
  assert.is(headers['cache-status'], 'Selvedge-assembly; hit, Selvedge-delivery; fwd=bypass')
  assert.is(headers['cache-control'], 'public, no-cache')
  assert.is(headers['cache-tag'], undefined)
  assert.is(service('rates').asked.length, 1)
})

test('a raised tag is another key: nobody sees what was', async () => {
  service('rates').answer('/_/rates/board', html('[old]', SHARED))
  gateSays({ 'X-Include-Versions': 'rates/board=1' })
  await get('/_/rates/board')
  service('rates').answer('/_/rates/board', html('[new]', SHARED))
  assert.is((await get('/_/rates/board')).text, '[old]')
  gateSays({ 'X-Include-Versions': 'rates/board=2' })
  assert.is((await get('/_/rates/board')).text, '[new]')
})

test('where the gateway gives no version, a tagged fragment is asked afresh', async () => {
  service('rates').answer('/_/rates/board', html('[board]', SHARED))
  for (let turn = 0; turn < 2; turn++) await get('/_/rates/board')
  assert.is(service('rates').asked.length, 2)
})

test('a fragment without tags is kept by its time', async () => {
  service('rates').answer('/_/rates/plain', html('[plain]', SHARED))
  for (let turn = 0; turn < 2; turn++) await get('/_/rates/plain')
  assert.is(service('rates').asked.length, 1)
  await service('rates').stop()
  assert.is((await get('/_/rates/plain')).text, '[plain]')
})

test('what a fragment says nobody may keep is not kept', async () => {
  for (const policy of ['private, no-store', 'no-cache']) {
    service('rates').answer('/_/rates/plain', html('x', { 'Cache-Control': policy }))
    await get('/_/rates/plain')
  }
  service('rates').answer('/_/rates/plain', html('x', { ...SHARED, 'Set-Cookie': 'a=b' }))
  await get('/_/rates/plain')
  await get('/_/rates/plain')
  assert.is(service('rates').asked.length, 4)
})

test('it is shown stale for as long as it says, and no longer', async () => {
  const policy = 'public, s-maxage=1, stale-while-revalidate=0, stale-if-error=2'
  service('rates').answer('/_/rates/plain', html('[kept]', { 'Cache-Control': policy }))
  await get('/_/rates/plain')
  await service('rates').stop()
  await new Promise((resolve) => setTimeout(resolve, 2100))
  assert.is((await get('/_/rates/plain')).text, '[kept]')
  await new Promise((resolve) => setTimeout(resolve, 2000))
  assert.is((await get('/_/rates/plain')).status, 502)
})

test('API: paths, methods and bodies reach their service with the identity', async () => {
  const headers = { ...SESSION, 'content-type': 'application/json', 'idempotency-key': 'k' }
  await get('/api/payments', { method: 'POST', headers, body: '{"a":1}' })
  await get('/api/payments/abc1?x=1', { method: 'DELETE', headers: SESSION })
  const [posted, removed] = service('payments').asked
  assert.equal([posted?.method, posted?.url, posted?.body], ['POST', '/api/payments', '{"a":1}'])
  assert.is(posted?.headers['idempotency-key'], 'k')
  assert.is(posted?.headers['x-identity'], 'identity-of-alice')
  assert.equal([removed?.method, removed?.url], ['DELETE', '/api/payments/abc1?x=1'])
})

test('API: answers are never kept, and its own problems pass', async () => {
  service('rates').answer('/api/rates', (_, response) => {
    response.writeHead(422, { 'Content-Type': 'application/problem+json', 'Cache-Control': 'public, max-age=60' })
    response.end('{"own":1}')
  })
  const { status, text, headers } = await get('/api/rates')
  assert.is(status, 422)
  assert.is(text, '{"own":1}')
  assert.is(headers['cache-control'], 'private, no-store')
})

test('API: errors of the edge are problem documents', async () => {
  await service('payments').stop()
  const cases: [string, string, number][] = [
    ['/api/payments', 'GET', 502],
    ['/api/payments', 'PUT', 405],
    ['/api/payments', 'OPTIONS', 405],
    ['/api/payments/1;a', 'GET', 400],
  ]
  for (const [path, method, status] of cases) {
    const answer = await get(path, { method })
    assert.is(answer.status, status)
    assert.match(answer.headers['content-type'] ?? '', /^application\/problem\+json/)
    assert.equal(JSON.parse(answer.text), { status })
  }
  assert.is((await get('/api/payments', { method: 'PUT' })).headers.allow, 'GET, HEAD, POST')
})

test('API: what no MFE defines is for the gateway, without an identity', async () => {
  await get('/api/openapi.json?x=1', { headers: SESSION })
  const [asked] = service('gateway').asked
  assert.is(asked?.url, '/api/openapi.json?x=1')
  assert.is(asked?.headers.cookie, '__Host-sid=secret')
  assert.is(asked?.headers['x-identity'], undefined)
})

test.run()
