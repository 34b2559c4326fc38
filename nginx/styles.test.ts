import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { html } from './fixture.service.ts'
import { SITE } from './fixture.site.ts'
import { openEdge, SESSION } from './fixture.ts'

const HASH = `'sha256-${'A'.repeat(43)}='`
const STYLES: Readonly<Record<string, readonly string[]>> = {
  '/rates': [HASH],
  '/dashboard': [HASH, "'self'"],
  '/payments/:id': [HASH],
}
const POLICY = "default-src 'none'; style-src 'sha256-base'"

const site = { ...SITE, pages: SITE.pages.map((page) => ({ ...page, styles: STYLES[page.route] ?? [] })) }
const edge = await openEdge({ site, options: { limits: 'off', csp: POLICY } })
const { service, get } = edge

test.before.each(edge.reset)
test.after(edge.close)

async function policyOf(path: string, headers = {}): Promise<string> {
  const answer = await get(path, { headers })
  assert.is(answer.headers['x-page-styles'], undefined, 'what the tiers tell each other stays inside')
  return answer.headers['content-security-policy'] ?? ''
}

test('the policy of a page allows its own styles and those of no other', async () => {
  assert.is(await policyOf('/'), POLICY)
  assert.is(await policyOf('/rates'), `${POLICY} ${HASH}`)
  assert.is(await policyOf('/dashboard', SESSION), `${POLICY} ${HASH} 'self'`)
})

test('a page from the cache has its policy, too', async () => {
  await get('/rates')
  const { headers } = await get('/rates')
  assert.match(headers['cache-status'] ?? '', 'Selvedge-delivery; hit')
  assert.is(headers['content-security-policy'], `${POLICY} ${HASH}`)
})

test('so has a page with an error of its own, and one whose fragment failed', async () => {
  service('payments').answer('*', (_, response) => {
    response.statusCode = 422
    response.end('what was wrong')
  })
  const refused = await get('/payments/abc1', { headers: SESSION })
  assert.is(refused.status, 422)
  assert.is(refused.headers['content-security-policy'], `${POLICY} ${HASH}`)
  const acted = await get('/payments/abc1?action=payments/detail.cancel', { method: 'POST', headers: SESSION })
  assert.is(acted.status, 422)
  assert.is(acted.headers['content-security-policy'], `${POLICY} ${HASH}`)

  await service('payments').stop()
  const failed = await get('/payments/abc1', { headers: SESSION })
  assert.is(failed.status, 503)
  assert.match(failed.text, '<failed payments-id>')
  assert.is(failed.headers['content-security-policy'], `${POLICY} ${HASH}`)
})

test('error pages have the base style alone', async () => {
  assert.is(await policyOf('/payments/abc1?cursor=$', SESSION), POLICY)
  assert.is(await policyOf('/nothing'), POLICY)
})

test('no service widens a policy', async () => {
  for (const wanted of ["'unsafe-inline'", "'self'; script-src *", 'https://evil.example', `${HASH} *`]) {
    service('payments').answer('*', html('x', { 'X-Page-Styles': wanted }))
    service('gateway').answer('/readyz', html('x', { 'X-Page-Styles': wanted }))
    assert.is(await policyOf('/payments/abc1', SESSION), `${POLICY} ${HASH}`, wanted)
    assert.is(await policyOf('/api/payments', SESSION), POLICY, wanted)
    assert.is(await policyOf('/readyz'), POLICY, wanted)
  }
})

test.run()
