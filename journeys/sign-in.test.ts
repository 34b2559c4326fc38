/** Signing in and out with a keyboard alone, on a narrow screen, with JavaScript and without. */
import type { Page } from 'playwright-core'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { PASSWORD } from '../bench/portal.ts'
import { planJourney } from './browser.fixture.ts'

const journey = planJourney(test)

for (const javaScriptEnabled of [true, false]) {
  for (const width of [320, 360]) {
    test(`keyboard alone at ${width} px, JavaScript ${javaScriptEnabled ? 'on' : 'off'}`, async () => {
      const viewport = { width, height: 640 }
      const { page, context } = await journey.openVisitor({ javaScriptEnabled, viewport })
      await page.goto('/sign-in?next=%2Fpayments')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      assert.is(new URL(page.url()).hash, '#main', 'the first stop skips to the content')

      await tabTo(page, 'email')
      await page.keyboard.type('bob@example.com')
      await page.keyboard.press('Tab')
      await page.keyboard.type('not the password')
      await page.keyboard.press('Enter')
      await page.getByRole('alert').waitFor()
      assert.is(await focused(page), 'errors', 'what went wrong has the focus')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      assert.is(new URL(page.url()).hash, '#email', 'and leads to the field')

      await tabTo(page, 'password')
      await page.keyboard.type(PASSWORD)
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Payments', exact: true }).waitFor()

      await tabToButton(page, 'Sign out')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
      await context.close()
    })
  }
}

/** Presses Tab until the element with this id has the focus. */
function tabTo(page: Page, id: string): Promise<void> {
  return tabUntil(page, `#${id}`, async () => (await focused(page)) === id)
}

function tabToButton(page: Page, name: string): Promise<void> {
  const text = () => page.evaluate(() => document.activeElement?.textContent?.trim())
  return tabUntil(page, name, async () => (await text()) === name)
}

async function tabUntil(page: Page, name: string, isThere: () => Promise<boolean>): Promise<void> {
  for (let stop = 0; stop < 40; stop++) {
    if (await isThere()) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not lead to ${name}.`)
}

function focused(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.id)
}

test.run()
