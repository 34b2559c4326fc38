/** What a page must be for everybody: no violation of WCAG that axe can find, and no sideways scrolling. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

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

/** 320 px is what remains of 1280 at a zoom of 400 % (WCAG 1.4.10). */
const WIDTHS = [320, 360, 768, 1280]

/** What is wrong with the page as it is shown; empty where nothing is. The context must bypass the page's own policy. */
export async function findBarriers(page: Page, name: string): Promise<string[]> {
  return [...(await findOverflow(page, name)), ...(await findViolations(page, name))]
}

async function findOverflow(page: Page, name: string): Promise<string[]> {
  const found: string[] = []
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 })
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    if (over > 0) found.push(`${name}: scrolls sideways by ${over} px at ${width} px`)
  }
  return found
}

async function findViolations(page: Page, name: string): Promise<string[]> {
  await page.evaluate(AXE)
  const { violations } = await page.evaluate((rules) => window.axe.run(document, rules), RULES)
  return violations.map(({ id, nodes }) => `${name}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`)
}
