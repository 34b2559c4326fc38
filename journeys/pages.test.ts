/** Every page as it looks: no violation of WCAG that axe can find, no sideways scrolling, nothing in the console. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { planJourney } from './browser.fixture.ts'

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

declare global {
  interface Window {
    axe: { run(context: Document, options: object): Promise<{ violations: Violation[] }> }
  }
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }
const PUBLIC = ['/', '/rates', '/rates?base=JPY', '/help', '/sign-in', '/nowhere', '/payments/%00']
const PRIVATE = [
  '/dashboard',
  '/payments',
  '/payments?q=nothing-like-this',
  '/payments/new',
  '/payments/00000000-0000-4000-8000-000000000000',
]

const journey = planJourney(test)

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every page is accessible and fits its screen: ${colorScheme}`, async () => {
    // axe is injected by the test, which the pages' own policy rightly forbids.
    const { page, signIn } = await journey.openVisitor({ colorScheme, bypassCSP: true })
    for (const path of PUBLIC) await checkPage(page, path)
    await signIn('alice@example.com')
    for (const path of PRIVATE) await checkPage(page, path)
    const detail = await page.goto('/payments').then(() => page.locator('tbody a').first().getAttribute('href'))
    await checkPage(page, detail ?? '')
    await page.goto('/payments/new')
    await page.getByRole('button', { name: 'Send payment' }).evaluate((button) => button.closest('form')?.submit())
    await page.getByRole('alert').waitFor()
    await checkShown(page, 'the refused form')
    await page.context().close()
  })
}

test('no page breaks its own Content-Security-Policy or throws', async () => {
  const { page, complaints, signIn, context } = await journey.openVisitor()
  for (const path of PUBLIC) await page.goto(path, { waitUntil: 'networkidle' })
  await signIn('alice@example.com')
  for (const path of PRIVATE) await page.goto(path, { waitUntil: 'networkidle' })
  assert.equal(
    complaints.filter((complaint) => !/status of (400|404)/.test(complaint)),
    [],
  )
  await context.close()
})

async function checkPage(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await checkShown(page, path)
}

async function checkShown(page: Page, name: string): Promise<void> {
  for (const width of [320, 360, 768, 1280]) {
    await page.setViewportSize({ width, height: 900 })
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    assert.ok(over <= 0, `${name} scrolls sideways by ${over} px at ${width} px`)
  }
  await page.evaluate(AXE)
  const { violations } = await page.evaluate((rules) => window.axe.run(document, rules), RULES)
  const told = violations.map(({ id, nodes }) => `${name}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  assert.equal(told, [])
}

test.run()
