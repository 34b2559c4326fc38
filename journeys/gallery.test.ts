/**
 * Every refused form, empty state, fallback and error page: shown, judged by its words, checked for barriers, and
 * photographed into `gallery/`. What is added later is in here by itself, or the test says what is missing.
 */
import type { BrowserContext, Page } from 'playwright-core'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compose, render } from '#kit/render.tsx'
import { loadMfes } from '../fragments/definitions.ts'
import { ERROR_TEXTS } from '../layout/errors.tsx'
import { findBarriers } from './axe.ts'
import { planJourney } from './browser.fixture.ts'
import { type Gallery, openGallery } from './gallery.ts'
import { EMPTY_STATES, NEWCOMER, REFUSALS } from './states.ts'
import { judgeWords } from './words.ts'

const journey = planJourney(test)
const gallery: Gallery = openGallery()
test.after(() => gallery.write())

test('every action of every fragment is refused in words that help', async () => {
  const known = (await loadMfes()).flatMap(({ fragments }) =>
    fragments.flatMap(({ mfe, name, actions }) => actions.map((action) => `${mfe}/${name}.${action}`)),
  )
  const shown = new Set(REFUSALS.map(({ action }) => action))
  assert.equal(
    known.filter((action) => !shown.has(action)),
    [],
    'these actions have no refusal in journeys/states.ts',
  )
  for (const { action, name, as, provoke } of REFUSALS) {
    const page = await visit(as)
    await provoke(page)
    const alert = page.locator('main [role=alert], main h1 + .lead').first()
    await alert.waitFor().catch(() => assert.unreachable(`${action}: ${name} is not told at ${page.url()}`))
    await page.waitForLoadState()
    await judge(page, `${action}: ${name}`, await alert.innerText())
    for (const error of await page.locator('main .error').allInnerTexts()) await judge(page, `${action}: field`, error)
    assert.equal(await findBarriers(page, `${action}: ${name}`), [])
    await gallery.add(page, 'Refused forms', `${action} — ${name}`)
    await page.close()
  }
})

test('what is empty says so, and what to do next', async () => {
  await journey.addCustomer(NEWCOMER)
  for (const { path, name, as, region } of EMPTY_STATES) {
    const page = await visit(as)
    await page.goto(path)
    const place = page.locator(region).first()
    assert.is(await place.count(), 1, `${path}: ${name} is there`)
    await judge(page, `${path}: ${name}`, await place.innerText())
    assert.ok((await place.locator('a, button').count()) > 0, `${path}: ${name} has a next step`)
    assert.equal(await findBarriers(page, `${path}: ${name}`), [])
    await gallery.add(page, 'Nothing there yet', `${path} — ${name}`)
    await page.close()
  }
})

test('every fallback is whole, plain, and has a next step', async () => {
  const { page, context } = await journey.openVisitor({ bypassCSP: true })
  const assets = { islandUrl: never, styleUrl: never, fileUrl: never, picture: never }
  const fragments = (await loadMfes()).flatMap((mfe) => mfe.fragments)
  assert.ok(fragments.length > 20)
  for (const { route, fallback } of fragments) {
    const html = compose(render(fallback, assets))
    // What stands for nothing, such as a bell without a count, may be nothing.
    if (html === '') continue
    await showInside(page, html)
    const main = page.locator('main')
    const chrome = html.includes('<nav') || !html.includes('<p')
    if (!chrome) await judge(page, route, await main.innerText())
    assert.is.not(await main.locator('a, button').count(), 0, `${route} has a next step`)
    await gallery.add(page, 'Fallbacks', route)
  }
  await context.close()
})

test('every error page of the edge says what it means for the money, and has one next step', async () => {
  const { page, context } = await journey.openVisitor()
  for (const status of Object.keys(ERROR_TEXTS)) {
    const file = await journey.readErrorPage(status)
    await context.route('**/shown-error', (route) => route.fulfill({ body: file, contentType: 'text/html' }))
    await page.goto('/shown-error')
    const main = page.locator('main')
    await judge(page, `error ${status}`, await main.innerText())
    assert.is(await main.locator('a').count(), 1, `error ${status} has one next step`)
    await gallery.add(page, 'Error pages', status)
    await context.unroute('**/shown-error')
  }
  await context.close()
})

test('the judge of words can say no', () => {
  assert.equal(judgeWords('Nothing was sent. Enter the name of the payee.'), [])
  for (const text of ['Oops.', 'Invalid amount.', 'Payment failed! Retry.', 'undefined is lost.', 'Error 500', '']) {
    assert.is.not(judgeWords(text).length, 0, text)
  }
})

const visitors = new Map<string, BrowserContext>()

/** Signs in once for each account: the edge lets nobody try passwords all day. */
async function visit(as = ''): Promise<Page> {
  const known = visitors.get(as)
  if (known) return known.newPage()
  const visitor = await journey.openVisitor({ bypassCSP: true })
  // Islands would refuse before the server does. axe needs JavaScript, so it is not simply off.
  await visitor.context.route('**/assets/**/*.js', (route) => route.abort())
  if (as) await visitor.signIn(as)
  visitors.set(as, visitor.context)
  return visitor.page
}

/** As it would stand on a page: with the style of the portal, in place of the content. */
async function showInside(page: Page, html: string): Promise<void> {
  await page.goto('/help')
  await page.locator('main').evaluate((main, inner) => {
    main.innerHTML = inner
  }, html)
}

async function judge(page: Page, name: string, text: string): Promise<void> {
  assert.equal(judgeWords(text), [], `${name} (${page.url()}): ${text}`)
}

function never(): never {
  throw new Error('A fallback is static: it has no islands and no files.')
}

test.run()
