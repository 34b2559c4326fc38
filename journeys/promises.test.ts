/** What the portal promises to programs and to attackers, asked through the real edge. */
import { randomUUID } from 'node:crypto'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Answer, type Portal, startPortal } from '../bench/portal.ts'

let portal: Portal
let alice: string
let bob: string
const FORM = 'application/x-www-form-urlencoded'

test.before(async () => {
  portal = await startPortal({ env: { LOG_LEVEL: 'info' } })
  alice = await portal.signIn('alice@example.com')
  bob = await portal.signIn('bob@example.com')
})
test.after(async () => {
  await portal?.stop()
})

test('without a session there is no data, whatever headers the client invents', async () => {
  const invented = {
    'x-identity': 'eyJhbGciOiJub25lIn0.x',
    'x-user': 'alice@example.com',
    'x-primary': 'dashboard',
    'x-include': '1',
    'x-page': 'dashboard',
    'x-page-path': '/dashboard',
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-host': 'evil.example',
    'x-original-url': '/dashboard',
    'x-accel-redirect': '/_i/payments/recent',
    cookie: '__Host-sid=AAAA; sid=1',
  }
  for (const path of ['/_/payments/recent', '/_/payments/list', '/api/payments', '/api/session']) {
    for (const headers of [{}, invented]) {
      const answer = await portal.get(path, headers)
      assert.is(answer.status, 401, path)
      assert.not.match(answer.body, /EUR|Nordlys|amount/)
      assert.not.match(answer.body, '<!--#')
    }
  }
  assert.is((await portal.get('/_i/payments/recent', { cookie: alice })).status, 404)
  assert.is((await portal.get('/_gate', { cookie: alice })).status, 404)
  assert.is((await portal.get('/_fallback/payments/recent', { cookie: alice })).status, 404)
  assert.is((await portal.get('/_dev', { cookie: alice })).status, 404)
})

test('a payment of somebody else is as unknown as one that does not exist', async () => {
  const id = await pay(alice, 'For my eyes')
  const other = await portal.get(`/payments/${id}`, { cookie: bob })
  const unknown = await portal.get(`/payments/${randomUUID()}`, { cookie: bob })
  assert.is(other.status, 404)
  assert.is(unknown.status, 404)
  assert.is(other.body, unknown.body)
  assert.match(other.body, /<title>Error: Payment – Selvedge<\/title>.*<\/footer>/s)
  assert.is((await portal.get(`/payments/${id}`, { cookie: alice })).status, 200)
  assert.is((await portal.get(`/api/payments/${id}`, { cookie: bob })).status, 404)
  assert.is((await send('DELETE', `/api/payments/${id}`, '', bob)).status, 404)
})

test('the API pays once for a key, and says what became of it', async () => {
  const key = randomUUID()
  const order = { amount: 1250, currency: 'EUR', payee: 'Anybody', description: 'Contract' }
  const post = (body: object, headers: Record<string, string> = { 'idempotency-key': key }) =>
    send('POST', '/api/payments', JSON.stringify(body), alice, headers)
  const [first, again] = await Promise.all([post(order), post(order)])
  const created = [first, again].filter(({ status }) => status === 201)
  assert.ok(created.length >= 1 && [first, again].every(({ status }) => status === 201 || status === 409))
  const repeated = await post(order)
  assert.is(repeated.status, 201)
  const { id } = JSON.parse(repeated.body)
  assert.ok(created.every(({ body }) => JSON.parse(body).id === id))
  assert.is((await post({ ...order, amount: 1 })).status, 422)
  assert.is((await post(order, {})).status, 400)
  const deadline = Date.now() + 10_000
  let status = ''
  while (status !== 'completed' && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 300))
    status = JSON.parse((await portal.get(`/api/payments/${id}`, { cookie: alice })).body).status
  }
  assert.is(status, 'completed')
})

test('304 means that the whole page would be byte-identical', async () => {
  const held = new Map<string, Answer>()
  const id = await pay(alice, 'Held')
  const visits: [path: string, cookie: string][] = []
  for (const cookie of ['', alice, bob])
    for (const path of ['/', '/rates', '/rates?base=USD', '/help']) visits.push([path, cookie])
  for (const cookie of [alice, bob])
    for (const path of ['/dashboard', '/payments', '/payments?state=completed']) visits.push([path, cookie])
  visits.push([`/payments/${id}`, alice])

  let unchanged = 0
  let compared = 0
  for (let round = 0; round < 6; round++) {
    if (round % 2) await pay(round % 4 === 1 ? alice : bob, `Round ${round}`)
    for (const [path, cookie] of visits) {
      const headers: Record<string, string> = cookie ? { cookie } : {}
      const before = held.get(path + cookie)
      const etag = String(before?.headers.etag ?? '')
      const answer = await portal.get(path, etag ? { ...headers, 'if-none-match': etag } : headers)
      if (answer.status === 304) {
        unchanged++
        const whole = await portal.get(path, headers)
        // Something may have changed between the two answers: then the version says so.
        if (whole.headers.etag !== etag) continue
        compared++
        assert.is(whole.body, before?.body, `${path} round ${round}`)
      } else {
        assert.is(answer.status, 200)
        held.set(path + cookie, answer)
      }
    }
  }
  assert.ok(unchanged > visits.length, `${unchanged} of ${visits.length * 6} visits were answered 304`)
  assert.ok(compared > visits.length, `${compared} of them were compared byte by byte`)
  const paid = await portal.get('/dashboard', { cookie: alice })
  await pay(alice, 'After')
  const after = await portal.get('/dashboard', { cookie: alice, 'if-none-match': String(paid.headers.etag) })
  assert.is(after.status, 200, 'a payment changes the pages that show it')
  assert.match(after.body, 'After')
})

const HOSTILE = [
  '<!--# include virtual="/_i/payments/list" -->',
  '<!--#echo var="http_cookie" -->',
  '<esi:include src="/_i/x"/>',
  '</script><img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: nginx would expand it, if anything did.
  '$identity ${http_cookie}',
]

test('what a user writes stays inert in every field', async () => {
  for (const text of HOSTILE) {
    const id = await pay(alice, text, text)
    const search = encodeURIComponent(text.slice(0, 60))
    const pages = [
      await portal.get(`/payments/${id}`, { cookie: alice }),
      await portal.get('/payments', { cookie: alice }),
      await portal.get('/dashboard', { cookie: alice }),
      await portal.get(`/payments?q=${search}`, { cookie: alice }),
      await portal.get(`/sign-in?next=${search}`),
      await postForm('/sign-in?action=auth/sign-in.enter', { email: text, password: text, next: text }, ''),
      await postForm(
        '/payments/new?action=payments/create.submit',
        { payee: text, amount: text, currency: text, description: text, key: text },
        alice,
      ),
    ]
    for (const [index, { status, body }] of pages.entries()) {
      assert.ok(status === 200 || status === 422, `${index}: ${status} for ${text}`)
      assert.not.match(body, /<!--\s*#|<esi:|<img src=x|<svg onload|\[an error occurred/, `${index}: ${text}`)
      assert.not.match(body, alice.split('=')[1] ?? '-')
    }
    assert.match(pages[0]?.body ?? '', text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;'))
  }
})

test('bad input gets a clear answer in the right format, and nothing of it is our error', async () => {
  const huge = 'x'.repeat(8_192)
  const cookie = { cookie: alice }
  const cases: [ask: Promise<Answer>, statuses: readonly number[], format: RegExp][] = [
    [portal.get('/_/payments/recent?colour=red', cookie), [400], /html/],
    [portal.get('/_/payments/recent?limit=many', cookie), [400], /html/],
    [portal.get('/_/payments/recent?limit=1&limit=2', cookie), [400], /html/],
    [portal.get('/payments?state=unheard', cookie), [400], /html/],
    [portal.get('/payments?cursor=..%2f', cookie), [400], /html/],
    [portal.get('/rates?base=%00', {}), [400], /html/],
    [portal.get('/rates?base=XXX', {}), [400], /html/],
    [portal.get(`/rates?base=${huge}`, {}), [400, 414], /html/],
    [portal.get(`/${huge}`, {}), [400, 404, 414], /html/],
    [portal.get('/payments/not-an-id', cookie), [404], /html/],
    [portal.get(`/payments/${randomUUID().toUpperCase()}`, cookie), [404], /html/],
    [portal.get(`/payments?q=${'x'.repeat(61)}`, cookie), [400], /html/],
    [portal.get('/payments?q=%00', cookie), [400], /html/],
    [portal.get('/rates?base=', {}), [200], /html/],
    [portal.get('/sign-in?next=/payments', {}), [200], /html/],
    [send('POST', '/api/session', '{"email":"a\\u0000b","password":"x"}', ''), [400], /problem\+json/],
    [portal.get('/payments/1%26admin=1', cookie), [400, 404], /html/],
    [portal.get('/payments/1%0d%0aX-K:1', cookie), [400, 404], /html/],
    [portal.get('/payments/..%2fadmin', cookie), [400, 404], /html/],
    [portal.get('/payments/../dashboard', cookie), [400, 404], /html/],
    [portal.get('//payments', cookie), [400, 404], /html/],
    [portal.get('/payments;x=1', cookie), [400, 404], /html/],
    [portal.get('/dashboard/x.css', cookie), [404], /html/],
    [portal.get('/help%00', {}), [400, 404], /html/],
    [portal.get('/', { cookie: `__Host-sid=${'='.repeat(200)};;;\u00e9` }), [200, 400], /html/],
    [send('PUT', '/payments', 'x', alice), [405], /html/],
    [send('DELETE', '/', '', ''), [405], /html/],
    [send('POST', '/rates', 'x=1', ''), [405], /html/],
    [send('PATCH', '/api/payments', '{}', alice), [405], /problem\+json/],
    [portal.get('/api/nothing', cookie), [404], /problem\+json/],
    [portal.get('/api/payments/xyz', cookie), [400, 404], /problem\+json/],
    [send('POST', '/api/payments', '{', alice, { 'idempotency-key': 'k' }), [400], /problem\+json/],
    [
      send('POST', '/api/payments', 'a=1', alice, { 'idempotency-key': 'k', 'content-type': FORM }),
      [415],
      /problem\+json/,
    ],
    [send('POST', '/api/payments', '{"amount":1.5}', alice, { 'idempotency-key': 'k' }), [422], /problem\+json/],
    [send('POST', '/api/payments', 'x'.repeat(1_000_000), alice), [413], /problem\+json/],
    [postForm('/payments/new', {}, alice), [400], /html/],
    [postForm('/payments/new?action=payments/create.nope', {}, alice), [400], /html/],
    [postForm('/payments/new?action=payments/create.submit', { payee: 'x'.repeat(100_000) }, alice), [413], /html/],
    [
      postForm('/payments/new?action=payments/create.submit', {}, alice, { origin: 'https://evil.example' }),
      [403],
      /html/,
    ],
    [send('POST', '/sign-in?action=auth/sign-in.enter', '{}', ''), [415], /html/],
  ]
  for (const [index, [ask, statuses, format]] of cases.entries()) {
    const { status, headers, body } = await ask
    assert.ok(statuses.includes(status), `case ${index}: ${status}, not ${statuses}: ${body.slice(0, 200)}`)
    assert.match(String(headers['content-type']), format, `case ${index}`)
    assert.not.match(body, /at \S+ \(|node_modules|\/work\/|nginx/i, `case ${index}`)
  }
  assert.is((await portal.get('/readyz')).status, 200)
  const errors = portal
    .output()
    .split('\n')
    .filter((line) => /"level":"(error|fatal)"/.test(line))
  assert.equal(errors, [])
})

test('every kind of answer carries the security headers once, and says how it was cached', async () => {
  const answers = await Promise.all([
    portal.get('/'),
    portal.get('/', { cookie: alice }),
    portal.get('/dashboard'),
    portal.get('/dashboard', { cookie: alice }),
    portal.get('/nowhere'),
    portal.get('/help%00'),
    portal.get('/_/payments/recent'),
    portal.get('/_/rates/board'),
    portal.get('/api/payments'),
    portal.get('/api/nothing'),
    portal.get('/assets/none.js'),
    portal.get('/healthz'),
    portal.get(`/payments/${randomUUID()}`, { cookie: alice }),
    send('PUT', '/', '', ''),
  ])
  for (const [index, { status, headers }] of answers.entries()) {
    const name = `answer ${index}, ${status}`
    const policy = String(headers['content-security-policy'])
    assert.match(policy, "default-src 'none'", name)
    assert.not.match(policy, /unsafe-|, /, name)
    assert.is(headers['x-content-type-options'], 'nosniff', name)
    assert.ok(headers['referrer-policy'], name)
    assert.ok(headers['cache-status'], name)
    assert.match(String(headers['x-request-id']), /^[0-9a-f]{32}$/, name)
    assert.is(headers['x-powered-by'], undefined, name)
    assert.not.match(String(headers.server ?? ''), /\d/, name)
    for (const inner of [
      'x-identity',
      'x-page-version',
      'x-page-tag',
      'x-page-styles',
      'x-include-versions',
      'x-accel-buffering',
      'cache-tag',
    ]) {
      assert.is(headers[inner], undefined, `${name} leaks ${inner}`)
    }
  }
})

test('a public page is cached for everybody, a person’s page for nobody', async () => {
  await portal.get('/help')
  const cached = await portal.get('/help')
  assert.match(String(cached.headers['cache-status']), /hit/)
  const person = await portal.get('/help', { cookie: alice })
  assert.match(person.body, 'Alice')
  assert.is(person.headers['cache-control'], 'private, no-store')
  const again = await portal.get('/help')
  assert.not.match(again.body, 'Alice')
  assert.is((await portal.get('/help', { 'if-none-match': String(again.headers.etag) })).status, 304)
})

async function pay(cookie: string, payee: string, description = 'Test'): Promise<string> {
  const body = JSON.stringify({ amount: 100, currency: 'EUR', payee, description })
  const { status, body: text } = await send('POST', '/api/payments', body, cookie, { 'idempotency-key': randomUUID() })
  if (status !== 201) throw new Error(`payment refused: ${status} ${text}`)
  return JSON.parse(text).id
}

/** Sends JSON as our own page would. The API's limit is 10 a second with a burst of 20: a 429 is waited out. */
async function send(
  method: string,
  path: string,
  body: string,
  cookie: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const own = { origin: portal.origin, 'content-type': 'application/json', ...(cookie && { cookie }), ...headers }
  for (;;) {
    const answer = await portal.send(method, path, body, own)
    if (answer.status !== 429) return answer
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
}

function postForm(
  path: string,
  fields: Record<string, string>,
  cookie: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return send('POST', path, new URLSearchParams(fields).toString(), cookie, { 'content-type': FORM, ...headers })
}

test.run()
