import inject from 'light-my-request'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { NO_ASSETS } from './assets.fixture.ts'
import type { User } from './context.ts'
import type { Database } from './database.ts'
import { createIdentityKeys, identitySigner, identityVerifier } from './identity.ts'
import { action, anonymousAction, Conflict, endpoint, fragment, Invalid, NotFound, redirect, z } from './index.ts'
import { openLog } from './log.ts'
import { createMfe } from './mfe.tsx'
import { createNeighbour, createNeighbourKeys } from './neighbours.ts'

const keys = createIdentityKeys()
const sign = identitySigner(keys.privateKey)
const alice: User = { id: 'u-alice', name: 'Alice', role: 'customer', session: 's-1' }
const staff: User = { ...alice, id: 'u-staff', role: 'staff' }

const unreachable: Database = {
  query: async () => Promise.reject(new Error('database is away')),
  transaction: async () => Promise.reject(new Error('database is away')),
  close: async () => {},
}

const nobodyAnswers = async () => Promise.reject(new Error('nobody is there'))

const common = { timeout: '100ms', fallback: <p>A moment, please.</p> } as const
const fragments = [
  fragment('/_/demo/greeting', {
    ...common,
    access: 'customer',
    cache: 'never',
    tags: ['greeting:{user}', 'times:{times}'],
    input: { times: z.coerce.number().int().min(1).max(3).optional() },
    render: (_, { input }) => <p>Hello {String(input.times ?? 1)}</p>,
  }),
  fragment('/_/demo/cached', {
    ...common,
    access: 'public',
    cache: { for: '1m', stale: '1h' },
    render: () => <p>For all</p>,
  }),
  fragment('/_/demo/slow', {
    ...common,
    access: 'public',
    cache: 'never',
    load: (_, { signal }) =>
      new Promise<undefined>((resolve) => signal.addEventListener('abort', () => resolve(undefined))),
    render: () => null,
  }),
  fragment('/_/demo/broken', {
    ...common,
    access: 'public',
    cache: 'never',
    load: () => {
      throw new Error('secret detail')
    },
    render: () => null,
  }),
  fragment('/_/demo/missing', {
    ...common,
    access: 'public',
    cache: 'never',
    load: () => {
      throw new NotFound('No such demo.')
    },
    render: () => null,
  }),
  fragment('/_/demo/form', {
    ...common,
    access: 'customer',
    cache: 'never',
    actions: {
      save: action({ name: z.string().min(1, 'Enter a name.'), password: z.string().optional() }, ({ name }, ctx) => {
        if (name === 'taken') throw new Conflict('Somebody has it.')
        if (name === 'broken') throw new Error('secret detail')
        if (name === 'odd') throw new Invalid({ name: 'Choose another.' })
        if (name === 'away') return redirect(`/people/${ctx.user.id}`, { cookie: 'a=b' })
        return undefined
      }),
      change: action(
        { name: z.string(), current: z.string(), next: z.string() },
        () => {
          throw new Invalid({ name: 'Choose another.' })
        },
        { secret: ['current', 'next'] },
      ),
    },
    render: (_, { post, form }) => (
      <form {...post.save}>
        <input name="name" value={form.values.name} />
        <p>{form.errors.name ?? form.problem}</p>
        <p>{JSON.stringify(form.values)}</p>
      </form>
    ),
  }),
  fragment('/_/demo/enter', {
    ...common,
    access: 'public',
    cache: 'never',
    actions: { enter: anonymousAction({}, (_, ctx) => redirect(ctx.user ? '/in' : '/out')) },
    render: () => null,
  }),
]
const once = fragment('/_/demo/once', {
  ...common,
  access: 'customer',
  cache: 'never',
  proof: { href: '/paid', words: 'See what was paid' },
  actions: {
    pay: action({ key: z.string(), password: z.string() }, () => {
      throw new Error('secret detail')
    }),
  },
  render: (_, { form }) => (
    <p>
      <input name="key" value={form.values.key} />
      {form.unsure && 'unsure'}
    </p>
  ),
})
const seen = fragment('/_/demo/seen', {
  ...common,
  access: 'public',
  cache: { for: '1m' },
  // More than its type allows, as code that is not typed might look.
  load: (_, ctx) =>
    JSON.stringify({ ...Object.fromEntries(Object.entries(ctx).filter(([key]) => /page|address|user/.test(key))) }),
  render: (text) => <span dangerouslySetInnerHTML={{ __html: text }} />,
})
const endpoints = [
  endpoint('POST /api/demo/:id', {
    summary: 'Demo',
    access: 'customer',
    input: { id: z.string().regex(/^[a-z]+$/) },
    body: { amount: z.int().positive() },
    handle: ({ input, body, user }) => ({ status: 201, body: { ...input, ...body, user: user.id } }),
  }),
]
const app = createMfe(
  { fragments: [...fragments, once, seen], endpoints, provisions: [] },
  {
    db: unreachable,
    log: openLog('silent', 'test'),
    verifyIdentity: identityVerifier(keys.publicKey),
    neighbour: createNeighbour('demo', createNeighbourKeys(['demo']), nobodyAnswers),
    assets: NO_ASSETS,
  },
).callback()

type Options = { as?: User; headers?: Record<string, string>; body?: string; method?: 'GET' | 'POST' | 'PUT' | 'HEAD' }
const FORM = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' }
const JSON_TYPE = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }

function ask(url: string, { as, headers, body, method }: Options = {}) {
  return inject(app, {
    url,
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...headers, ...(as && { 'x-identity': sign(as) }) },
    payload: body,
  })
}

test('a fragment answers whole, private and tagged', async () => {
  const answer = await ask('/_/demo/greeting?times=2', { as: alice })
  assert.is(answer.statusCode, 200)
  assert.is(answer.body, '<p>Hello 2</p>')
  assert.is(answer.headers['content-length'], '14')
  assert.is(answer.headers['cache-control'], 'private, no-store')
  assert.is(answer.headers['cache-tag'], 'greeting:u-alice times:2')
})

test('a cached fragment declares how long', async () => {
  const { headers } = await ask('/_/demo/cached')
  assert.is(
    headers['cache-control'],
    'public, max-age=0, s-maxage=60, stale-while-revalidate=3600, stale-if-error=3600',
  )
})

test('signed out: 401 when asked directly, nothing as an include', async () => {
  assert.is((await ask('/_/demo/greeting')).statusCode, 401)
  assert.is((await ask('/_/demo/greeting', { headers: { 'x-include': '1' } })).statusCode, 204)
  assert.is((await ask('/_/demo/greeting', { as: staff })).statusCode, 403)
})

test('an invented, altered or expired identity is nobody', async () => {
  const old = sign(alice, Date.now() - 60_000)
  const [payload = '', signature] = sign(alice).split('.')
  const other = Buffer.from(payload, 'base64url').toString().replace('u-alice', 'u-other')
  const altered = `${Buffer.from(other).toString('base64url')}.${signature}`
  const foreign = identitySigner(createIdentityKeys().privateKey)(alice)
  for (const identity of [old, altered, foreign, 'x', '.', 'a.b.c']) {
    const answer = await ask('/_/demo/greeting', { headers: { 'x-identity': identity } })
    assert.is(answer.statusCode, 401, identity)
    assert.not.match(answer.body, 'Hello')
  }
})

test('unknown, wrong, repeated and NUL inputs are 400 with the reason', async () => {
  for (const query of ['colour=red', 'times=9', 'times=x', 'times=1&times=2', 'times=%00']) {
    const answer = await ask(`/_/demo/greeting?${query}`, { as: alice })
    assert.is(answer.statusCode, 400, query)
    assert.match(answer.body, /"?(colour|times)"?/)
  }
})

test('a browser that holds the answer gets 304', async () => {
  const first = await ask('/_/demo/greeting', { as: alice })
  const etag = String(first.headers.etag)
  const again = await ask('/_/demo/greeting', { as: alice, headers: { 'if-none-match': etag } })
  assert.is(again.statusCode, 304)
  assert.is(again.body, '')
})

test('a slow load is cut at its total deadline, a failing one tells nothing', async () => {
  const slow = await ask('/_/demo/slow')
  assert.is(slow.statusCode, 504)
  assert.is(slow.body, '<p>A moment, please.</p>')
  const broken = await ask('/_/demo/broken')
  assert.is(broken.statusCode, 500)
  assert.not.match(broken.body, 'secret')
})

test('as the primary of a page the answer brings the layout along, whatever its status', async () => {
  const headers = { 'x-primary': 'demo-id' }
  const good = await ask('/_/demo/cached', { headers })
  assert.match(good.body, '<!--# include virtual="/_i/layout/demo-id/top/demo/cached" --><p>For all</p>')
  assert.match(good.body, '<!--# include virtual="/_i/layout/demo-id/bottom/demo/cached" -->')
  const missing = await ask('/_/demo/missing', { headers })
  assert.is(missing.statusCode, 404)
  assert.match(missing.body, '/top/demo/missing?problem=1')
  assert.match(missing.body, 'No such demo.')
})

test('an action answers 303: to where it says, or back to the page', async () => {
  const away = await ask('/_/demo/form?action=demo/form.save', { as: alice, headers: FORM, body: 'name=away' })
  assert.is(away.statusCode, 303)
  assert.is(away.headers.location, '/people/u-alice')
  assert.is(String(away.headers['set-cookie']), 'a=b')
  const headers = { ...FORM, 'x-page-path': '/demo?x=1' }
  const back = await ask('/_/demo/form?action=demo/form.save', { as: alice, headers, body: 'name=Bob' })
  assert.is(back.headers.location, '/demo?x=1')
})

test('asked directly, a successful action answers with the fragment itself', async () => {
  const answer = await ask('/_/demo/form?action=demo/form.save', { as: alice, headers: FORM, body: 'name=Bob' })
  assert.is(answer.statusCode, 200)
  assert.match(answer.body, 'action="?action=demo/form.save"')
})

test('a refused action shows the form again, with what was typed but no password', async () => {
  const send = (body: string) => ask('/_/demo/form?action=demo/form.save', { as: alice, headers: FORM, body })
  const empty = await send('name=&password=hunter2')
  assert.is(empty.statusCode, 422)
  assert.not.match(empty.body, 'hunter2')
  const odd = await send('name=odd')
  assert.is(odd.statusCode, 422)
  assert.match(odd.body, 'value="odd"')
  assert.match(odd.body, 'Choose another.')
  const taken = await send('name=taken')
  assert.is(taken.statusCode, 409)
  assert.match(taken.body, 'Somebody has it.')
  const body = 'name=odd&current=hunter2&next=hunter3'
  const changed = await ask('/_/demo/form?action=demo/form.change', { as: alice, headers: FORM, body })
  assert.is(changed.statusCode, 422)
  assert.match(changed.body, 'value="odd"')
  assert.not.match(changed.body, /hunter/)
})

test('a fault during an action never says that nothing was done', async () => {
  const headers = { ...FORM, 'x-primary': 'demo' }
  const answer = await ask('/_/demo/form?action=demo/form.save', { as: alice, headers, body: 'name=broken' })
  assert.is(answer.statusCode, 500)
  assert.match(answer.body, 'done once or not at all')
  assert.match(answer.body, '/_i/layout/demo/top/demo/form?problem=1')
  assert.not.match(answer.body, 'A moment, please.')
  assert.not.match(answer.body, 'secret')
})

test('where a form counts once, a fault shows it again as it was, and says what is known', async () => {
  const headers = { ...FORM, 'x-primary': 'demo' }
  const answer = await ask('/_/demo/once?action=demo/once.pay', { as: alice, headers, body: 'key=k1&password=hunter2' })
  assert.is(answer.statusCode, 500)
  assert.match(answer.body, 'value="k1"')
  assert.match(answer.body, 'unsure')
  assert.match(answer.body, '/_i/layout/demo/top/demo/once?problem=1')
  assert.not.match(answer.body, /secret|hunter2/)
})

test('what is cached for everybody is made without knowing who asked', async () => {
  const headers = { 'x-page-path': '/private', 'x-forwarded-for': '9.9.9.9' }
  const answer = await ask('/_/demo/seen', { as: alice, headers })
  assert.is(answer.body, '<span>{"page":"","address":""}</span>')
})

test('unsafe requests of other sites are refused', async () => {
  const type = { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-host': 'localhost:8443' }
  const cases: [Record<string, string>, boolean, number][] = [
    [{ 'sec-fetch-site': 'cross-site' }, true, 403],
    [{ 'sec-fetch-site': 'same-site' }, true, 403],
    [{ origin: 'https://evil.example' }, true, 403],
    [{ origin: 'null' }, true, 403],
    [{ origin: 'https://localhost:8443', 'sec-fetch-site': 'cross-site' }, true, 403],
    [{}, true, 403],
    [{ origin: 'https://localhost:8443' }, true, 200],
    [{ 'sec-fetch-site': 'same-origin' }, true, 200],
    [{}, false, 303],
    [{ 'sec-fetch-site': 'cross-site' }, false, 403],
  ]
  for (const [headers, signedIn, status] of cases) {
    const path = signedIn ? '/_/demo/form?action=demo/form.save' : '/_/demo/enter?action=demo/enter.enter'
    const answer = await ask(path, {
      headers: { ...type, ...headers },
      body: signedIn ? 'name=Bob' : '',
      ...(signedIn && { as: alice }),
    })
    assert.is(answer.statusCode, status, JSON.stringify([headers, signedIn]))
  }
})

test('wrong methods, types, sizes and actions are refused in words', async () => {
  const method = await ask('/_/demo/greeting', { method: 'PUT', as: alice, headers: FORM, body: '' })
  assert.is(method.statusCode, 405)
  assert.match(String(method.headers.allow), 'GET')
  const type = await ask('/_/demo/form?action=demo/form.save', { as: alice, headers: JSON_TYPE, body: '{}' })
  assert.is(type.statusCode, 415)
  const size = await ask('/_/demo/form?action=demo/form.save', {
    as: alice,
    headers: FORM,
    body: `name=${'x'.repeat(70_000)}`,
  })
  assert.is(size.statusCode, 413)
  for (const name of ['', 'demo/form.nope', 'demo/form.__proto__', 'demo/form.toString', 'other/form.save']) {
    const unknown = await ask(`/_/demo/form?action=${name}`, { as: alice, headers: FORM, body: '' })
    assert.is(unknown.statusCode, 404, name)
  }
})

test('the API takes JSON and refuses with problem documents', async () => {
  const send = (url: string, body: string, headers: Record<string, string> = JSON_TYPE) =>
    ask(url, { as: alice, headers, body })
  const good = await send('/api/demo/abc', '{"amount":5}')
  assert.is(good.statusCode, 201)
  assert.equal(good.json(), { id: 'abc', amount: 5, user: 'u-alice' })
  const cases: [string, string, Record<string, string>, number][] = [
    ['/api/demo/ABC', '{"amount":5}', JSON_TYPE, 400],
    ['/api/demo/abc', '{"amount":-5}', JSON_TYPE, 422],
    ['/api/demo/abc', '{"amount":5,"extra":1}', JSON_TYPE, 422],
    ['/api/demo/abc', '[]', JSON_TYPE, 422],
    ['/api/demo/abc', '{', JSON_TYPE, 400],
    ['/api/demo/abc', 'amount=5', FORM, 415],
    ['/api/demo/abc?id=abc', '{"amount":5}', JSON_TYPE, 400],
    ['/api/nothing', '{}', JSON_TYPE, 404],
  ]
  for (const [url, body, headers, status] of cases) {
    const answer = await send(url, body, headers)
    assert.is(answer.statusCode, status, `${url} ${body}`)
    assert.is(answer.headers['content-type'], 'application/problem+json')
    assert.is(answer.json().status, status)
    assert.is(answer.headers['cache-control'], 'no-store')
  }
})

test('all lines that are written for a request have its trace, however deep and without its context', async () => {
  const lines: string[] = []
  const log = openLog('info', 'test', { write: (line) => void lines.push(line) })
  // As code that was never handed the request writes: from a module, after a while.
  const deep = async (word: string) => {
    await new Promise((resolve) => setImmediate(resolve))
    log.info({ word }, 'deep')
  }
  const traced = createMfe(
    {
      fragments: [
        fragment('/_/demo/deep', {
          ...common,
          access: 'public',
          cache: 'never',
          input: { word: z.string().max(9) },
          async load({ word }, ctx) {
            await deep(word)
            ctx.log.info({ word }, 'near')
            if (word === 'broken') throw new Error('secret detail')
          },
          render: () => null,
        }),
      ],
      endpoints: [],
      provisions: [],
    },
    {
      db: unreachable,
      log,
      verifyIdentity: identityVerifier(keys.publicKey),
      neighbour: createNeighbour('demo', createNeighbourKeys(['demo']), nobodyAnswers),
      assets: NO_ASSETS,
    },
  ).callback()
  const words = ['good', 'broken', 'other']
  const traceOf = (word: string) => Buffer.from(word.padEnd(16, '.')).toString('hex')
  await Promise.all(
    words.map((word) =>
      inject(traced, {
        url: `/_/demo/deep?word=${word}`,
        headers: { traceparent: `00-${traceOf(word)}-${'b'.repeat(16)}-01` },
      }),
    ),
  )
  const seen = (word: string) =>
    lines.filter((line) => line.match(/"trace":"\w+"/g)?.join() === `"trace":"${traceOf(word)}"`)
  for (const word of words) {
    const told = seen(word).map((line) => JSON.parse(line))
    const expected = ['deep', 'near', ...(word === 'broken' ? ['failed'] : []), 'answered']
    assert.equal(
      told.map(({ msg }) => msg),
      expected,
    )
    assert.ok(told.slice(0, 2).every((line) => line.word === word))
  }
  assert.is(words.flatMap(seen).length, lines.length, 'and there are no lines without one')
})

test('healthy while it runs, ready only with its database', async () => {
  assert.is((await ask('/healthz')).statusCode, 200)
  assert.is((await ask('/readyz')).statusCode, 500)
})

test.run()
