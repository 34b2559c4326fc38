import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import fc from 'fast-check'
import inject from 'light-my-request'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Access } from '#kit/context.ts'
import { openTestDatabase } from '#kit/database.fixture.ts'
import { createIdentityKeys, identitySigner, identityVerifier } from '#kit/identity.ts'
import { openLog } from '#kit/log.ts'
import { openSession, type SessionOwner } from '#kit/session.ts'
import type { Site, SiteFragment, SitePage } from '#kit/site.ts'
import { raiseTags } from '#kit/tags.ts'
import { holds } from './gate.ts'
import { createGateway } from './serve.ts'

const { db, close } = await openTestDatabase({ kit: join(import.meta.dirname, '../kit/migrations') })
const keys = createIdentityKeys()
const verifyIdentity = identityVerifier(keys.publicKey)
const alice: SessionOwner = { id: randomUUID(), name: 'Alice', role: 'customer' }
const bob: SessionOwner = { id: randomUUID(), name: 'Bob', role: 'customer' }
const staff: SessionOwner = { id: randomUUID(), name: 'Sam', role: 'staff' }

const site: Site = {
  build: 'b1',
  pages: [
    pageOf('/', 'home', 'public', ['/_/rates/board']),
    pageOf('/mixed', 'mixed', 'public', ['/_/rates/board', '/_/news/latest']),
    pageOf('/dashboard', 'dashboard', 'customer', ['/_/payments/recent', '/_/rates/board']),
    {
      ...pageOf('/payments/:id', 'payments-id', 'customer', []),
      inputs: [
        { name: 'id', in: 'path', pattern: '[a-z0-9]+', required: true },
        { name: 'tab', in: 'query', pattern: '[a-z]+', required: false },
      ],
      includes: [
        { fragment: '/_/payments/detail', query: '?id=$q_id', params: { id: { input: 'id' } }, primary: true },
      ],
    },
    pageOf('/nested', 'nested', 'customer', ['/_/outer/frame']),
  ],
  fragments: [
    fragmentOf('/_/rates/board', { cache: { seconds: 60, stale: 60 }, tags: ['rates'], access: 'public' }),
    fragmentOf('/_/news/latest', { cache: { seconds: 60, stale: 60 }, access: 'public' }),
    fragmentOf('/_/payments/recent', { tags: ['payments:{user}'] }),
    fragmentOf('/_/payments/detail', { tags: ['payment:{id}'] }),
    fragmentOf('/_/outer/frame', { tags: ['frame'], includes: ['/_/payments/recent'] }),
  ],
  endpoints: [],
}

const gateway = await startGateway()
const handler = gateway.callback()
const cookies = {
  alice: await cookieOf(alice),
  alice2: await cookieOf(alice),
  bob: await cookieOf(bob),
  staff: await cookieOf(staff),
}

test.after(close)

test('signed out: public pages are open, others say where to sign in and how to come back', async () => {
  assert.is((await gate('home')).statusCode, 200)
  assert.is((await gate('dashboard')).headers['x-sign-in'], '/sign-in?next=%2Fdashboard')
  const detail = await gate('payments-id', { inputs: 'id=abc&tab=x' })
  assert.is(detail.statusCode, 401)
  assert.is(detail.headers['x-sign-in'], '/sign-in?next=%2Fpayments%2Fabc%3Ftab%3Dx')
})

test('a way back that is too long for the sign-in page loses its query, not its page', async () => {
  const detail = await gate('payments-id', { inputs: `id=abc&tab=${'x'.repeat(2_000)}` })
  assert.is(detail.headers['x-sign-in'], '/sign-in?next=%2Fpayments%2Fabc')
})

test('signed in: a signed identity that names the user, and 403 for pages of others', async () => {
  const answer = await gate('dashboard', { cookie: cookies.alice })
  const user = verifyIdentity(String(answer.headers['x-identity']))
  assert.is(user?.id, alice.id)
  const refused = await gate('dashboard', { cookie: cookies.staff })
  assert.is(refused.statusCode, 403)
  assert.is(refused.headers['x-page'], undefined)
})

test('a malformed or unknown cookie is nobody, never an error', async () => {
  for (const cookie of [
    '__Host-sid=x',
    `__Host-sid=${'A'.repeat(43)}`,
    '__Host-sid=',
    `__Host-sid=${"';drop".repeat(9)}`,
    '===;;;',
  ]) {
    const answer = await gate('home', { cookie })
    assert.is(answer.statusCode, 200, cookie)
    assert.is(answer.headers['x-identity'], undefined)
    assert.is((await gate('dashboard', { cookie })).statusCode, 401)
  }
})

test('who holds the version is told that nothing has changed, until a tag of the page is raised', async () => {
  const version = await versionOf('dashboard', cookies.alice)
  const same = await gate('dashboard', { cookie: cookies.alice, ifNoneMatch: `"x", ${version}` })
  assert.is(same.statusCode, 403)
  assert.is(same.headers['x-page'], 'unchanged')
  for (const tag of [`payments:${alice.id}`, 'rates']) {
    const before = await versionOf('dashboard', cookies.alice)
    await raiseTags(db, [tag])
    assert.is((await gate('dashboard', { cookie: cookies.alice, ifNoneMatch: before })).statusCode, 200, tag)
  }
  const kept = await versionOf('dashboard', cookies.alice)
  await raiseTags(db, [`payments:${bob.id}`, 'something-else'])
  assert.is(await versionOf('dashboard', cookies.alice), kept)
})

test('no two of user, session, page and inputs share a version', async () => {
  const all = [
    await versionOf('dashboard', cookies.alice),
    await versionOf('dashboard', cookies.alice2),
    await versionOf('dashboard', cookies.bob),
    await versionOf('home', cookies.alice),
    await versionOf('home'),
    await versionOf('payments-id', cookies.alice, 'id=a'),
    await versionOf('payments-id', cookies.alice, 'id=b'),
    await versionOf('payments-id', cookies.alice, 'id=a&tab=b'),
  ]
  assert.is(new Set(all).size, all.length)
  assert.is(
    await versionOf('payments-id', cookies.alice, 'id=a&tab='),
    await versionOf('payments-id', cookies.alice, 'id=a'),
  )
})

test('a page with something that no tag stands for has no version', async () => {
  assert.is((await gate('mixed')).headers['x-page-version'], undefined)
})

test('tags of nested fragments count', async () => {
  const before = await versionOf('nested', cookies.alice)
  await raiseTags(db, [`payments:${alice.id}`])
  assert.is.not(await versionOf('nested', cookies.alice), before)
})

test('a raised tag is a new cache key for the fragments that are made of it', async () => {
  const before = (await gate('dashboard', { cookie: cookies.alice })).headers['x-include-versions']
  assert.match(String(before), /^rates\/board=[a-z0-9]+$/)
  await raiseTags(db, ['rates'])
  const after = (await gate('dashboard', { cookie: cookies.alice })).headers['x-include-versions']
  assert.is.not(after, before)
  const direct = await gate('', { fragment: '/_/rates/board' })
  assert.is(direct.headers['x-include-versions'], after)
})

test('a page that showed a fallback is never confirmed again', async () => {
  const version = await versionOf('dashboard', cookies.alice)
  const identity = String((await gate('dashboard', { cookie: cookies.alice })).headers['x-identity'])
  const others = await versionOf('dashboard', cookies.bob)
  await raiseTags(db, ['degraded:dashboard:of-last-week', 'of-last-week'])
  await db.query("update tags set raised_at = now() - interval '7 days' where tag like '%of-last-week'")
  const fallback = await inject(handler, {
    url: '/_fallback/payments/recent',
    headers: { 'x-page': 'dashboard', 'x-page-version': version, 'x-identity': identity },
  })
  assert.is(fallback.body, '<p>/_/payments/recent takes a moment</p>')
  const notes = await db.query<{ tag: string }>("select tag from tags where tag like '%of-last-week%' order by tag")
  assert.equal(notes, [{ tag: 'of-last-week' }], 'old notes are forgotten, other tags are not')
  assert.is((await gate('dashboard', { cookie: cookies.alice, ifNoneMatch: version })).statusCode, 200)
  assert.is.not(await versionOf('dashboard', cookies.alice), version)
  assert.is(await versionOf('dashboard', cookies.bob), others)
})

test('a gateway that starts makes all earlier versions unknown', async () => {
  const version = await versionOf('home')
  await startGateway()
  assert.is.not(await versionOf('home'), version)
})

test('an entity tag is compared weakly, as one of a list', () => {
  assert.ok(holds('"a"', 'W/"a"'))
  assert.ok(holds('W/"b" , W/"a"', 'W/"a"'))
  assert.not.ok(holds('*', 'W/"a"'))
  assert.not.ok(holds('', 'W/"a"'))
  const tag = fc.stringMatching(/^(W\/)?"[!#-~]{0,9}"$/)
  const opaque = (text: string) => text.replace(/^W\//, '')
  fc.assert(
    fc.property(fc.array(tag), tag, fc.nat(), (others, own, place) => {
      const strangers = others.filter((other) => opaque(other) !== opaque(own))
      const mixed = strangers.toSpliced(place % (strangers.length + 1), 0, own)
      return holds(mixed.join(', '), own) && !holds(strangers.join(', '), own)
    }),
  )
})

function startGateway() {
  const log = openLog('silent')
  return createGateway({
    db,
    log,
    site,
    signIdentity: identitySigner(keys.privateKey),
    verifyIdentity,
    versionKey: 'secret',
  })
}

async function gate(
  page: string,
  options: { cookie?: string; inputs?: string; ifNoneMatch?: string; fragment?: string } = {},
) {
  const { cookie, inputs = '', ifNoneMatch, fragment } = options
  const headers = {
    'x-page': page,
    'x-inputs': inputs,
    ...(cookie && { cookie }),
    ...(ifNoneMatch && { 'if-none-match': ifNoneMatch }),
    ...(fragment && { 'x-fragment': fragment }),
  }
  return inject(handler, { url: '/_gate', headers })
}

async function versionOf(page: string, cookie?: string, inputs?: string): Promise<string> {
  const answer = await gate(page, { ...(cookie && { cookie }), ...(inputs && { inputs }) })
  assert.match(String(answer.headers['x-page-version']), /^W\/"[\w-]{27}"$/)
  return String(answer.headers['x-page-version'])
}

async function cookieOf(owner: SessionOwner): Promise<string> {
  return (await openSession(db, owner)).split(';')[0] ?? ''
}

function pageOf(route: string, id: string, access: Access, fragments: readonly string[]): SitePage {
  const includes = fragments.map((fragment) => ({ fragment, query: '', params: {}, primary: false }))
  return { route, id, access, inputs: [], includes, styles: [] }
}

function fragmentOf(route: string, options: Partial<SiteFragment>): SiteFragment {
  const [, , mfe = '', name = ''] = route.split('/')
  const defaults = {
    access: 'customer',
    cache: undefined,
    tags: [],
    includes: [],
    timeout: 100,
    inputs: [],
    actions: [],
  } as const
  return { route, mfe, name, ...defaults, ...options, fallback: `<p>${route} takes a moment</p>` }
}

test.run()
