import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ssiInclude } from '#kit/include.tsx'
import type { Handler } from './fixture.service.ts'
import { openEdge, SESSION } from './fixture.ts'

const edge = await openEdge({ options: { limits: 'off' } })
const { service, get } = edge

test.before.each(edge.reset)
test.after(edge.close)

/** As kit does: the answer, with the page around it. */
function around(status: number, text: string, headers: Record<string, string> = {}): Handler {
  return (request, response) => {
    const page = request.headers['x-primary']
    const place = request.url?.split('?')[0]?.replace('/_/', '')
    const part = (name: string) => ssiInclude(`/_i/layout/${page}/${name}/${place}`)
    const body = `${part('top')}${text}${part('bottom')}`
    response.writeHead(status, { 'Content-Type': 'text/html', 'Content-Length': body.length, ...headers })
    response.end(body)
  }
}

const FORM = { ...SESSION, 'content-type': 'application/x-www-form-urlencoded' }
const DETAIL = '/_/payments/detail'
const CHROME =
  /^<top of payments-id, payments\/detail>(.*)<p>\/_\/payments\/recent<\/p><bottom of payments-id, payments\/detail>$/

test("the primary fragment is asked with the page's inputs and answers with the page around it", async () => {
  service('payments').answer(DETAIL, around(200, '[detail]'))
  const { status, text } = await get('/payments/abc1?cursor=x', { headers: SESSION })
  assert.is(status, 200)
  assert.match(text, CHROME)
  const asked = service('payments').asked.find(({ url }) => url.startsWith(DETAIL))
  assert.is(asked?.url, '/_/payments/detail?id=abc1')
  assert.is(asked?.headers['x-primary'], 'payments-id')
  assert.is(asked?.headers['x-identity'], 'identity-of-alice')
  assert.is(asked?.headers['x-include'], undefined)
  assert.ok(service('payments').asked.some(({ url }) => url === '/_/payments/recent?limit=5&after=x'))
})

test("its status is the page's, with the page around it", async () => {
  for (const status of [401, 403, 404, 409, 422, 500, 503]) {
    service('payments').answer(DETAIL, around(status, '[problem]', { 'Cache-Control': 'public, max-age=60' }))
    const answer = await get('/payments/abc1', { headers: SESSION })
    assert.is(answer.status, status)
    assert.match(answer.text, CHROME)
    assert.is(answer.headers['cache-control'], 'private, no-store')
  }
})

test('an error of a page has no version', async () => {
  service('gateway').answer('/_gate', (_, response) => {
    response.writeHead(200, { 'X-Page-Version': 'W/"v"' })
    response.end()
  })
  service('payments').answer(DETAIL, around(404, ''))
  assert.is((await get('/payments/abc1', { headers: SESSION })).headers.etag, undefined)
  service('payments').answer(DETAIL, around(200, ''))
  assert.is((await get('/payments/abc1', { headers: SESSION })).headers.etag, 'W/"v"')
})

test("its redirect and its cookie are the page's", async () => {
  service('auth').answer('/_/auth/sign-in', (_, response) => {
    response.writeHead(303, { Location: '/dashboard', 'Set-Cookie': '__Host-sid=x; Path=/; Secure' })
    response.end()
  })
  const answer = await get('/sign-in?action=auth/sign-in.submit', { method: 'POST', body: 'a=b' })
  assert.is(answer.status, 303)
  assert.is(answer.headers.location, '/dashboard')
  assert.is(answer.headers['set-cookie'], '__Host-sid=x; Path=/; Secure')
  assert.is(answer.headers['cache-control'], 'private, no-store')
})

test('a POST goes to the fragment that it addresses, with its body, and to no other', async () => {
  service('payments').answer(DETAIL, around(422, '[refused]'))
  const answer = await get('/payments/abc1?action=payments/detail.cancel&cursor=y', {
    method: 'POST',
    headers: FORM,
    body: 'reason=1',
  })
  assert.is(answer.status, 422)
  assert.match(answer.text, CHROME)
  const [target, ...others] = service('payments').asked
  assert.is(target?.method, 'POST')
  assert.is(target?.url, '/_/payments/detail?id=abc1&action=payments/detail.cancel')
  assert.is(target?.body, 'reason=1')
  assert.is(target?.headers['x-page-path'], '/payments/abc1?cursor=y')
  assert.equal(
    others.map(({ method, body }) => [method, body]),
    [['GET', '']],
  )
  for (const { asked } of [service('gateway'), service('layout')]) {
    assert.ok(asked.every(({ method, body, headers }) => method === 'GET' && body === '' && !headers['content-length']))
  }
})

test('a fragment that is not the primary one may be addressed, and becomes it', async () => {
  service('payments').answer('/_/payments/recent', around(422, '[list]'))
  const answer = await get('/payments/abc1?action=payments%2frecent.hide', { method: 'POST', headers: FORM, body: '' })
  assert.is(answer.status, 422)
  assert.match(answer.text, /^<top of payments-id, payments\/recent>\[list]/)
  assert.is(service('payments').asked[0]?.url, '/_/payments/recent?limit=5&after=&action=payments/recent.hide')
})

test("the way back is the page's own address without the action", async () => {
  const ways = {
    '?action=payments/detail.cancel': '/payments/abc1',
    '?action=payments/detail.cancel&cursor=a': '/payments/abc1?cursor=a',
    '?cursor=a&action=payments/detail.cancel': '/payments/abc1?cursor=a',
    '?cursor=a&action=payments/detail.cancel&x=1': '/payments/abc1?cursor=a&x=1',
  }
  for (const [query, back] of Object.entries(ways)) {
    await get(`/payments/abc1${query}`, { method: 'POST', headers: FORM })
    const target = service('payments').asked.findLast(({ method }) => method === 'POST')
    assert.is(target?.headers['x-page-path'], back)
  }
})

test('an action that the page does not have is 400', async () => {
  const wrong = [
    '',
    '?action=',
    '?action=payments/detail.steal',
    '?action=payments/new.submit',
    '?action=admin/users.drop',
  ]
  for (const query of wrong) {
    const { status } = await get(`/payments/new2${query}`, { method: 'POST', headers: FORM })
    assert.is(status, 400, query)
  }
  assert.is((await get('/payments/new', { method: 'POST', headers: FORM })).status, 400)
})

test('a POST without an action is for the one action of a public page, as POST /sign-in', async () => {
  service('auth').answer('/_/auth/sign-in', around(422, 'wrong'))
  const { status } = await get('/sign-in', { method: 'POST', body: 'email=a' })
  assert.is(status, 422)
  assert.is(service('auth').asked[0]?.url, '/_/auth/sign-in?next=&action=auth/sign-in.submit')
})

test('a dead primary fragment is a 503 page with its fallback in its place', async () => {
  await service('payments').stop()
  const { status, text, headers } = await get('/payments/abc1', { headers: SESSION })
  assert.is(status, 503)
  assert.is(text, '<failed payments-id>[fallback of /_fallback/payments/detail from the gateway]</failed>')
  assert.is(headers['cache-control'], 'private, no-store')
})

test('an action that did not answer is never told as one that was not done: no fallback', async () => {
  const act = { method: 'POST', headers: FORM, body: 'a=1' }
  await service('payments').stop()
  const dead = await get('/payments/abc1?action=payments/detail.cancel', act)
  assert.is(dead.status, 502)
  assert.match(dead.text, 'page of 502')
  assert.is(dead.headers['cache-control'], 'private, no-store')
})

test('without the gateway nothing is done, on public pages neither: a sign-out that knows nobody ends nothing', async () => {
  await service('gateway').stop()
  const { status } = await get('/sign-in', { method: 'POST', headers: SESSION, body: 'email=a' })
  assert.is(status, 503)
  assert.is((await get('/sign-in', { headers: SESSION })).status, 503)
  assert.equal(service('auth').asked, [])
})

test('a hanging primary fragment is a 503 page, too', async () => {
  service('payments').answer(DETAIL, () => {})
  const { status, text } = await get('/payments/abc1', { headers: SESSION })
  assert.is(status, 503)
  assert.match(text, '<failed payments-id>')
})

test('with a dead layout, too, it is the 503 page of the edge', async () => {
  for (const name of ['payments', 'layout']) await service(name).stop()
  const { status, text } = await get('/payments/abc1', { headers: SESSION })
  assert.is(status, 503)
  assert.match(text, 'page of 503')
})

test('with a dead layout alone, the answer is bare and still there', async () => {
  service('payments').answer(DETAIL, around(200, '[detail]'))
  await service('layout').stop()
  const { status, text } = await get('/payments/abc1', { headers: SESSION })
  assert.is(status, 200)
  assert.is(text, '[detail]')
})

test('HEAD has its status, and no body', async () => {
  service('payments').answer(DETAIL, around(404, ''))
  const { status, text } = await get('/payments/abc1', { method: 'HEAD', headers: SESSION })
  assert.is(status, 404)
  assert.is(text, '')
})

test('a path parameter carries neither a second value nor a header', async () => {
  const hostile = [
    '1%26admin=1',
    '1%3fx=1',
    '1%0d%0aX-K:v',
    '1%20',
    '1%25',
    '%C3%A9',
    '1%09',
    '1%0a',
    'a'.repeat(65),
    'A',
  ]
  for (const id of hostile) {
    const { status } = await get(`/payments/${id}`, { headers: SESSION })
    assert.ok(status === 404 || status === 400, `${id} gave ${status}`)
  }
  assert.is(service('payments').asked.length, 0)
})

test('a query carries nothing but what its pattern admits, as it stands', async () => {
  await get('/payments/abc1?cursor=a%26admin%3D1%0d%0aX-K:v', { headers: SESSION })
  assert.is(service('payments').asked.length, 0)
  service('payments').answer(DETAIL, around(200, ''))
  await get('/payments/abc1?cursor=a%26admin', { headers: SESSION })
  assert.is(service('payments').asked[1]?.url, '/_/payments/recent?limit=5&after=a%26admin')
})

test('an exact route wins over one with a parameter', async () => {
  await get('/payments/new', { headers: SESSION })
  assert.is(service('payments').asked[0]?.url, '/_/payments/new')
})

test.run()
