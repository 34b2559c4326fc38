/** Every page as it looks, for everybody who may see it: no barriers, and nothing in the console. */
import type { Page } from 'playwright-core'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { planVisits, type Visit } from '../bench/visits.ts'
import { findBarriers } from './axe.ts'
import { planJourney } from './browser.fixture.ts'

const journey = planJourney(test)

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every page is accessible and fits its screen: ${colorScheme}`, async () => {
    // axe is injected by the test, which the pages' own policy rightly forbids.
    const { page, context } = await journey.openVisitor({ colorScheme, bypassCSP: true })
    const barriers: string[] = []
    for (const visit of await planAll()) {
      await openAs(page, visit)
      barriers.push(...(await findBarriers(page, visit.path)))
    }
    assert.equal(barriers, [])
    await context.close()
  })
}

test('no page breaks its own Content-Security-Policy or throws', async () => {
  const { page, complaints, context } = await journey.openVisitor()
  for (const visit of await planAll()) {
    await openAs(page, visit)
    await page.waitForLoadState('networkidle')
  }
  assert.equal(
    complaints.filter((complaint) => !/status of (400|403|404)/.test(complaint)),
    [],
  )
  await context.close()
})

/** Every route as it is, and what an address can say beside that. */
async function planAll(): Promise<Visit[]> {
  const { visits, cookies } = await planVisits(journey.portal)
  assert.ok(visits.length > 15)
  const others: [path: string, cookie: string][] = [
    ['/rates?base=JPY', ''],
    ['/rates?amount=1234.50&from=EUR&to=JPY', ''],
    ['/rates?amount=12%2C50&from=GBP&to=JPY', ''],
    ['/rates?currency=CHF&days=120', cookies.customer],
    ['/help', cookies.staff],
    ['/nowhere', ''],
    ['/payments/%00', ''],
    ['/payments/00000000-0000-4000-8000-000000000000', cookies.customer],
    ['/admin/payments?state=failed', cookies.staff],
    ['/admin/audit?type=user.signed-in', cookies.staff],
    ['/dashboard', cookies.staff],
  ]
  return [...visits, ...others.map(([path, cookie]) => ({ route: path, path, cookie }))]
}

async function openAs(page: Page, { path, cookie }: Visit): Promise<void> {
  const context = page.context()
  await context.clearCookies()
  const [name = '', value = ''] = cookie.split('=')
  if (cookie) await context.addCookies([{ name, value, url: journey.portal.origin, secure: true, httpOnly: true }])
  await page.goto(path)
}

test.run()
