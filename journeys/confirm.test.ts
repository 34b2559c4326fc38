/** `<Confirm>`: a button that asks once more, on the page of a payment that can still be cancelled. */
import type { Page } from 'playwright-core'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hydrated, planJourney, type Visitor } from './browser.fixture.ts'

const journey = planJourney(test)

test('asks before it cancels: keeping it changes nothing, confirming cancels once', async () => {
  const visitor = await journey.openVisitor()
  const { page, context, complaints } = visitor
  await payLargely(visitor)
  await hydrated(page)
  const sent = countPosts(page)

  await page.getByRole('button', { name: 'Cancel payment' }).click()
  const question = page.getByRole('alertdialog', { name: 'Cancel this payment?' })
  await question.waitFor()
  assert.match(await question.innerText(), /20,000\.00\sEUR to Notariaat will not be sent/)
  assert.is(await focused(page), 'Keep it')
  await question.getByRole('button', { name: 'Keep it' }).click()
  await page.locator('dialog').waitFor({ state: 'detached' })
  assert.is(await focused(page), 'Cancel payment')
  assert.equal(sent, [], 'nothing was sent')
  await page.reload()
  await hydrated(page)
  await page.locator('dl').getByText('Submitted').waitFor()

  await page.getByRole('button', { name: 'Cancel payment' }).click()
  await question.getByRole('button', { name: 'Cancel payment' }).dblclick({ noWaitAfter: true })
  await page.getByText('You cancelled this payment.').waitFor()
  assert.is(sent.length, 1, 'a double click sends once')
  assert.equal(complaints, [])
  await context.close()
})

test('by keyboard only: Escape keeps it and gives the focus back, Enter on the second answer cancels', async () => {
  const visitor = await journey.openVisitor()
  const { page, context } = visitor
  await payLargely(visitor)
  await hydrated(page)
  const button = page.getByRole('button', { name: 'Cancel payment' })
  await button.focus()
  await page.keyboard.press('Enter')
  const question = page.getByRole('alertdialog')
  await question.waitFor()
  assert.is(await focused(page), 'Keep it')
  await page.keyboard.press('Escape')
  await page.locator('dialog').waitFor({ state: 'detached' })
  assert.is(await focused(page), 'Cancel payment')

  await page.keyboard.press('Space')
  await question.waitFor()
  await page.keyboard.press('Tab')
  assert.is(await focused(page), 'Cancel payment')
  assert.ok(await page.evaluate(() => document.activeElement?.closest('dialog') !== null), 'the focus stays within')
  await page.keyboard.press('Enter')
  await page.getByText('You cancelled this payment.').waitFor()
  await context.close()
})

test('without JavaScript, and when its script does not come, the button cancels at once', async () => {
  for (const javaScriptEnabled of [false, true]) {
    const visitor = await journey.openVisitor({ javaScriptEnabled, viewport: { width: 360, height: 740 } })
    const { page, context } = visitor
    await context.route('**/assets/**/*.js', (route) => route.abort())
    await payLargely(visitor)
    assert.is(await page.locator('dialog').count(), 0)
    await page.getByRole('button', { name: 'Cancel payment' }).click()
    await page.getByText('You cancelled this payment.').waitFor()
    await context.close()
  }
})

/** Leaves the visitor on the page of a payment that waits ten minutes. */
async function payLargely({ page, signIn }: Visitor): Promise<void> {
  await signIn('bob@example.com')
  await page.goto('/payments/new')
  await page.getByLabel('Payee').fill('Notariaat')
  await page.getByLabel('Amount').fill('20,000.00')
  await page.getByRole('button', { name: 'Send payment' }).click()
  await page.getByRole('button', { name: 'Pay 20,000.00 EUR' }).click()
  await page.getByRole('heading', { name: /to Notariaat/ }).waitFor()
}

function countPosts(page: Page): string[] {
  const posts: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST') posts.push(request.url())
  })
  return posts
}

function focused(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.textContent ?? undefined)
}

test.run()
