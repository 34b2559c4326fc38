import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { html } from './fixture.service.ts'
import { openEdge, SESSION } from './fixture.ts'

const edge = await openEdge({ options: { limits: 'off' } })
const { service, get } = edge

test.before.each(edge.reset)
test.after(edge.close)

const WEAK = 'W/"v-1"'

function gateSays(headers: Record<string, string>, status = 200): void {
  service('gateway').answer('/_gate', (_, response) => {
    response.writeHead(status, headers)
    response.end()
  })
}

test('a page is its layout with its fragments in their places', async () => {
  const { status, text } = await get('/')
  assert.is(status, 200)
  assert.is(text, '<home><p>/_/rates/board</p><p>/_/auth/account</p></home>')
  assert.is(service('rates').asked[0]?.url, '/_/rates/board?base=EUR')
})

test('query inputs reach the includes and the gateway; what is no input reaches nobody', async () => {
  await get('/rates?base=USD&evil=1')
  assert.is(service('rates').asked[0]?.url, '/_/rates/board?base=USD')
  assert.is(service('gateway').asked[0]?.headers['x-inputs'], 'base=USD')
  assert.is(service('gateway').asked[0]?.headers['x-page'], 'rates')
  assert.is(service('layout').asked[0]?.url, '/_i/layout/rates/whole')
})

test('an input that does not fit is 400 before anybody is asked', async () => {
  for (const path of [
    '/rates?base=XXX',
    '/rates?base=EUR%26a=1',
    '/search',
    '/search?q=',
    '/search?q=A',
    '/rates?base=eur',
  ]) {
    assert.is((await get(path)).status, 400, path)
  }
  assert.is((await get('/search?q=abc')).status, 200)
  assert.is((await get('/rates?base=')).status, 200)
  assert.is(service('gateway').asked.length, 2)
})

test('a public page is kept for strangers, by its inputs only', async () => {
  const first = await get('/rates?base=EUR')
  const second = await get('/rates?utm=1&base=EUR', { headers: { 'accept-language': 'de' } })
  const other = await get('/rates?base=USD')
  assert.is(first.headers['cache-control'], 'public, no-cache')
  assert.is(first.headers['cache-status'], 'Selvedge-assembly; fwd=miss, Selvedge-delivery; fwd=miss; stored')
  assert.match(second.headers['cache-status'] ?? '', /Selvedge-delivery; hit$/)
  assert.match(other.headers['cache-status'] ?? '', /fwd=miss; stored$/)
  assert.is(service('gateway').asked.length, 2)
})

test('a person is not served from the cache of pages, and leaves nothing in it', async () => {
  const person = await get('/rates', { headers: SESSION })
  assert.is(person.headers['cache-control'], 'private, no-store')
  assert.match(person.headers['cache-status'] ?? '', /Selvedge-delivery; fwd=bypass$/)
  const stranger = await get('/rates')
  assert.match(stranger.headers['cache-status'] ?? '', /Selvedge-delivery; fwd=miss; stored$/)
  const again = await get('/rates', { headers: SESSION })
  assert.match(again.headers['cache-status'] ?? '', /Selvedge-delivery; fwd=bypass$/)
})

test('a public page with a dead session shows as for anyone, and is not kept', async () => {
  const { status, headers } = await get('/rates', { headers: { cookie: '__Host-sid=expired' } })
  assert.is(status, 200)
  assert.is(headers['cache-control'], 'public, no-cache')
  assert.match((await get('/rates')).headers['cache-status'] ?? '', /fwd=miss/)
})

test("a page that a primary fragment answers, which sees cookies, is nobody else's", async () => {
  assert.is((await get('/sign-in')).headers['cache-control'], 'private, no-store')
})

test('the version of a public page is its ETag, and answers 304 from the cache', async () => {
  gateSays({ 'X-Page-Version': WEAK })
  assert.is((await get('/rates')).headers.etag, WEAK)
  const asked = service('gateway').asked.length
  const same = await get('/rates', { headers: { 'if-none-match': `"x", ${WEAK}` } })
  assert.is(same.status, 304)
  assert.is(same.headers.etag, WEAK)
  assert.is(same.text, '')
  assert.match(same.headers['cache-status'] ?? '', /Selvedge-delivery; hit$/)
  assert.is((await get('/rates', { headers: { 'if-none-match': '"other"' } })).status, 200)
  assert.is(service('gateway').asked.length, asked)
})

test("a stranger's condition does not reach the gateway", async () => {
  for (const path of ['/rates', '/sign-in', '/dashboard']) await get(path, { headers: { 'if-none-match': WEAK } })
  assert.is(service('gateway').asked.length, 3)
  assert.ok(service('gateway').asked.every(({ headers }) => headers['if-none-match'] === undefined))
})

test('a person who holds the version gets 304 and nothing is rendered', async () => {
  gateSays({ 'X-Page': 'unchanged', 'X-Page-Version': WEAK }, 403)
  for (const path of ['/dashboard', '/rates', '/payments/1']) {
    for (const method of ['GET', 'HEAD']) {
      const same = await get(path, { method, headers: { ...SESSION, 'if-none-match': WEAK } })
      assert.is(same.status, 304, path)
      assert.is(same.headers.etag, WEAK)
      assert.is(same.headers['cache-control'], 'private, no-store')
    }
  }
  assert.is(service('gateway').asked[0]?.headers['if-none-match'], WEAK)
  assert.is(service('layout').asked.length + service('payments').asked.length, 0)
})

test('a private page has its version as ETag, streams and is not kept', async () => {
  gateSays({ 'X-Page-Version': WEAK, 'X-Identity': 'alice' })
  const { headers } = await get('/dashboard', { headers: SESSION })
  assert.is(headers.etag, WEAK)
  assert.is(headers['cache-control'], 'private, no-store')
  assert.is(headers['x-page-tag'], undefined)
  assert.is(headers['x-accel-buffering'], undefined)
})

test('the version of a POST is not asked for', async () => {
  await get('/payments/new?action=payments/new.check', {
    method: 'POST',
    headers: { ...SESSION, 'if-none-match': WEAK },
  })
  assert.is(service('gateway').asked[0]?.headers['if-none-match'], undefined)
})

test('signed out, a page that needs a person leads to sign-in', async () => {
  gateSays({ 'X-Sign-In': '/sign-in?next=%2Fdashboard' }, 401)
  const { status, headers } = await get('/dashboard')
  assert.is(status, 303)
  assert.is(headers.location, '/sign-in?next=%2Fdashboard')
  assert.is(headers['cache-control'], 'private, no-store')
})

test('whoever is signed out with a form in hand hears that it was not sent', async () => {
  gateSays({ 'X-Sign-In': '/sign-in?next=%2Fpayments%2Fabc1' }, 401)
  const { status, headers } = await get('/payments/abc1?action=payments/detail.cancel', { method: 'POST', body: 'a=1' })
  assert.is(status, 303)
  assert.is(headers.location, '/sign-in?next=%2Fpayments%2Fabc1&unsent=1')
  assert.equal(service('payments').asked, [])
})

test('a gateway that names another host does not lead there', async () => {
  for (const away of ['//evil.example', 'https://evil.example', '/\\evil.example']) {
    gateSays({ 'X-Sign-In': away }, 401)
    assert.is((await get('/dashboard')).headers.location, '/sign-in')
  }
})

test('what a person may not see is 403', async () => {
  gateSays({}, 403)
  const { status, text } = await get('/dashboard', { headers: SESSION })
  assert.is(status, 403)
  assert.match(text, 'page of 403')
})

test('without the gateway, public pages go on as for a stranger and others are 503', async () => {
  await service('gateway').stop()
  const open = await get('/rates', { headers: SESSION })
  assert.is(open.status, 200)
  assert.is(open.headers['cache-control'], 'public, no-cache')
  const closed = await get('/dashboard', { headers: SESSION })
  assert.is(closed.status, 503)
  assert.match(closed.text, 'page of 503')
  assert.is(closed.headers['retry-after'], '5')
})

test('a failing gateway is as good as none', async () => {
  gateSays({ 'X-Identity': 'alice' }, 500)
  const open = await get('/rates', { headers: SESSION })
  assert.is(open.status, 200)
  assert.is((await get('/dashboard', { headers: SESSION })).status, 503)
})

test('a dead layout that nobody has seen is 503', async () => {
  await service('layout').stop()
  const { status, text } = await get('/rates')
  assert.is(status, 503)
  assert.match(text, 'page of 503')
})

test('a public page is shown stale while all behind it is dead', async () => {
  gateSays({})
  await get('/rates')
  for (const name of ['layout', 'gateway', 'rates']) await service(name).stop()
  assert.is((await get('/rates')).status, 200)
})

test('two fragments of one page are not mixed up, and a raised tag is another key', async () => {
  const CACHED = { 'Cache-Control': 'public, s-maxage=60, stale-while-revalidate=60' }
  service('rates').answer('/_/rates/board', html('[board]', CACHED))
  service('rates').answer('/_/rates/summary', html('[summary]', CACHED))
  const ask = () => get('/rates', { headers: SESSION })

  gateSays({ 'X-Identity': 'a', 'X-Include-Versions': 'rates/board=1;rates/summary=1' })
  assert.is((await ask()).text, '<rates>[board][summary]</rates>')
  assert.is((await ask()).text, '<rates>[board][summary]</rates>')
  assert.is(service('rates').asked.length, 2)

  service('rates').answer('/_/rates/board', html('[new board]', CACHED))
  gateSays({ 'X-Identity': 'a', 'X-Include-Versions': 'rates/board=2;rates/summary=1' })
  assert.is((await ask()).text, '<rates>[new board][summary]</rates>')
  assert.is(service('rates').asked.length, 3)
})

test('HEAD has the headers and asks no fragment', async () => {
  const { status, text, headers } = await get('/dashboard', { method: 'HEAD', headers: SESSION })
  assert.is(status, 200)
  assert.is(text, '')
  assert.is(headers['cache-control'], 'private, no-store')
  assert.is(service('payments').asked.length, 0)
})

test('HEAD and Range of a page that is kept', async () => {
  const head = await get('/rates', { method: 'HEAD' })
  assert.equal([head.status, head.text], [200, ''])
  const part = await get('/rates', { headers: { range: 'bytes=0-1' } })
  assert.match(part.headers['cache-status'] ?? '', /Selvedge-delivery; hit$/)
  assert.is(part.status, 200)
  assert.match(part.text, /^<rates>.*<\/rates>$/)
})

test('a gateway that hangs is as good as none', async () => {
  service('gateway').answer('/_gate', () => {})
  const [open, closed] = await Promise.all([get('/rates'), get('/dashboard', { headers: SESSION })])
  assert.equal([open.status, closed.status], [200, 503])
})

test('methods that a page does not take are 405 and say which it does', async () => {
  const put = await get('/rates', { method: 'PUT', headers: SESSION })
  assert.is(put.status, 405)
  assert.is(put.headers.allow, 'GET, HEAD')
  assert.is((await get('/rates', { method: 'POST' })).status, 405)
  assert.is((await get('/payments/1', { method: 'DELETE' })).headers.allow, 'GET, HEAD, POST')
})

test.run()
