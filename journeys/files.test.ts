/** What browsers, search engines and programs find at fixed addresses, through the real edge. */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { planJourney } from './browser.fixture.ts'

const journey = planJourney(test)

const FILES: Readonly<Record<string, string>> = {
  '/favicon.ico': 'image/x-icon',
  '/apple-touch-icon.png': 'image/png',
  '/icon-192.png': 'image/png',
  '/icon-512.png': 'image/png',
  '/icon-maskable-512.png': 'image/png',
  '/manifest.webmanifest': 'application/manifest+json; charset=utf-8',
  '/robots.txt': 'text/plain; charset=utf-8',
  '/sitemap.xml': 'application/xml; charset=utf-8',
  '/.well-known/security.txt': 'text/plain; charset=utf-8',
  '/api/openapi.json': 'application/json; charset=utf-8',
}

test('each file has its type, is asked for anew, and can be asked for without a body', async () => {
  const { portal } = journey
  for (const [path, type] of Object.entries(FILES)) {
    const got = await portal.get(path)
    assert.is(got.status, 200, path)
    assert.is(got.headers['content-type'], type, path)
    assert.is(got.headers['cache-control'], 'public, no-cache', path)
    assert.match(String(got.headers['content-security-policy']), "default-src 'none'", path)
    const head = await portal.send('HEAD', path, '')
    assert.is(head.status, 200, path)
    assert.is(head.headers['content-type'], type, path)
    assert.is(head.body, '', path)
    const again = await portal.get(path, { 'if-none-match': String(got.headers.etag) })
    assert.is(again.status, 304, path)
    assert.is((await portal.send('POST', path, 'x', { origin: portal.origin })).status, 405, path)
  }
})

test('the sitemap lists every public page that says what it is, and nothing that wants a session', async () => {
  const { portal } = journey
  const { body } = await portal.get('/sitemap.xml')
  const found = Array.from(body.matchAll(/<loc>([^<]+)<\/loc>/g), ([, url = '']) => url)
  for (const path of ['/', '/rates', '/help']) assert.ok(found.includes(`${portal.origin}${path}`), path)
  for (const url of found) assert.is((await portal.get(url.slice(portal.origin.length))).status, 200, url)
  const robots = (await portal.get('/robots.txt')).body
  const named = [...found.map((url) => url.slice(portal.origin.length)), ...(robots.match(/(?<=Allow: )\S+/g) ?? [])]
  for (const path of named) assert.not.match(path, /^\/(?:dashboard|payments|profile|notifications|admin|api|_)/)
  assert.match(robots, `Sitemap: ${portal.origin}/sitemap.xml`)
})

test('whatever a page’s head names is there, and the policy lets it in', async () => {
  const { page, context, complaints } = await journey.openVisitor()
  await page.goto('/')
  const addresses = await page.$$eval('head link', (links) => links.map((link) => link.getAttribute('href') ?? ''))
  assert.ok(addresses.length >= 4)
  for (const address of addresses) assert.is((await journey.portal.get(address)).status, 200, address)
  assert.is(await page.evaluate(async () => (await fetch('/manifest.webmanifest')).ok), true)
  assert.equal(complaints, [])
  await context.close()
})

test('the picture of the start page moves nothing when it comes, and is as large as its place', async () => {
  for (const [width, colorScheme] of [
    [360, 'light'],
    [1280, 'dark'],
  ] as const) {
    const { page, context, complaints } = await journey.openVisitor({ viewport: { width, height: 800 }, colorScheme })
    await page.goto('/')
    const picture = page.locator('main img').first()
    const kept = await picture.boundingBox()
    await picture.scrollIntoViewIfNeeded()
    await page.waitForFunction(() => document.querySelector<HTMLImageElement>('main img')?.naturalWidth)
    const shown = await picture.boundingBox()
    assert.ok(kept && shown && kept.height > 100)
    assert.is(shown.height, kept.height)
    const source = await picture.evaluate((image: HTMLImageElement) => image.currentSrc)
    assert.match(source, colorScheme === 'dark' ? /-dark-[0-9a-f]{10}-\d+\.avif$/ : /cloth-[0-9a-f]{10}-\d+\.avif$/)
    assert.is((await picture.getAttribute('alt'))?.length === 0, false)
    const shift = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          new PerformanceObserver((list) => {
            resolve(list.getEntries().reduce((sum, entry) => sum + Number(Reflect.get(entry, 'value')), 0))
          }).observe({ type: 'layout-shift', buffered: true })
          setTimeout(resolve, 100, 0)
        }),
    )
    assert.is(shift, 0, `layout shift at ${width}`)
    assert.equal(complaints, [])
    await context.close()
  }
})

test('a fragment’s style is on its pages once, and its policy names no other page’s', async () => {
  const { portal } = journey
  const cookie = await portal.signIn('bob@example.com')
  const list = await portal.get('/payments', { cookie })
  const [payment = ''] = /\/payments\/[0-9a-f-]{36}/.exec(list.body) ?? []
  const detail = await portal.get(payment, { cookie })
  assert.is(detail.body.split('.steps{').length, 2, 'once')
  assert.not.match(list.body, '.steps{')
  const sources = (answer: { headers: Readonly<Record<string, unknown>> }) =>
    new Set(/style-src ([^;]+)/.exec(String(answer.headers['content-security-policy']))?.[1]?.split(' '))
  const inline = (body: string) => body.split('<style>').length - 1
  for (const answer of [detail, list, await portal.get('/'), await portal.get('/nowhere')]) {
    const hashes = [...sources(answer)].filter((source) => source.startsWith("'sha256-"))
    assert.is(hashes.length, inline(answer.body), 'one hash an inline style')
  }
})

test.run()
