/** The rates: a converter that says the same with and without JavaScript, charts that say in words what they show. */
import type { Page } from 'playwright-core'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { counted, planJourney, type Visitor } from './browser.fixture.ts'

const journey = planJourney(test)

const CASES = [
  ['100', 'EUR', 'USD'],
  ['1,234.56', 'GBP', 'JPY'],
  ['1 000 000', 'JPY', 'CHF'],
  ['0', 'USD', 'EUR'],
  ['0.01', 'EUR', 'JPY'],
  ['999999999999999', 'JPY', 'EUR'],
  ['9999999999999999', 'JPY', 'EUR'],
  ['12,50', 'EUR', 'USD'],
  ['12.345', 'EUR', 'USD'],
  ['twelve', 'EUR', 'USD'],
  ['5', 'CHF', 'CHF'],
] as const

test('the converter says the same with JavaScript and without, for the same rates', async () => {
  const [on, off] = await Promise.all([openRates(true), openRates(false)])
  await waitForIsland(on.page)
  for (const [amount, from, to] of CASES) {
    // The rates move once a minute: what is compared is of the same time.
    await retry(async () => {
      await off.page.goto(`/rates?${new URLSearchParams({ amount, from, to })}`)
      if ((await asOf(off.page)) !== (await asOf(on.page))) {
        await on.page.goto('/rates')
        await waitForIsland(on.page)
      }
      return (await asOf(off.page)) === (await asOf(on.page))
    })
    await choose(on.page, amount, from, to)
    assert.is(await said(on.page), await said(off.page), `${amount} ${from} in ${to}`)
    const wrong = (page: Page) => page.locator('#amount').getAttribute('aria-invalid')
    assert.is(await wrong(on.page), await wrong(off.page), amount)
  }
  assert.equal(on.complaints, [])
  await Promise.all([on.context.close(), off.context.close()])
})

test('the converter follows what is typed, in the same document', async () => {
  const { page, complaints, context } = await openRates(true)
  await waitForIsland(page)
  await page.evaluate(() => document.body.setAttribute('data-same-document', ''))
  const amount = page.getByLabel('Amount')
  await amount.fill('')
  assert.is(await said(page), 'Enter the amount.')
  await amount.pressSequentially('250')
  assert.match(await said(page), /^250\.00 EUR is [\d.]+ USD/)
  await page.getByLabel('To', { exact: true }).selectOption('JPY')
  assert.match(await said(page), /is [\d,]+ JPY/)
  await amount.press('Enter')
  assert.ok(await page.evaluate(() => document.body.hasAttribute('data-same-document')))
  assert.equal(complaints, [])
  await context.close()
})

test('what was typed and chosen before the script came is what is converted', async () => {
  const { page, complaints, context } = await journey.openVisitor()
  const { promise: typed, resolve } = Promise.withResolvers<void>()
  await page.route('**/*.js', async (route) => {
    await typed
    await route.continue()
  })
  await page.goto('/rates', { waitUntil: 'commit' })
  await page.getByLabel('Amount').fill('250')
  await page.getByLabel('To', { exact: true }).selectOption('JPY')
  assert.match(await said(page), /^100\.00 EUR is/)
  resolve()
  await page.getByText(/250\.00.EUR is/).waitFor()
  assert.match(await said(page), /is [\d,]+ JPY/)
  assert.equal(complaints, [])
  await context.close()
})

for (const javaScriptEnabled of [true, false]) {
  test(`each form keeps what was chosen in the others, JavaScript ${javaScriptEnabled ? 'on' : 'off'}`, async () => {
    const { page, context } = await openRates(javaScriptEnabled)
    if (javaScriptEnabled) await waitForIsland(page)
    await page.getByLabel('Amount').fill('250')
    await page.getByLabel('To', { exact: true }).selectOption('JPY')
    if (!javaScriptEnabled) await page.getByRole('button', { name: 'Convert' }).click()
    await page.getByLabel('Seen from').selectOption('CHF')
    await page.locator('#base-form button').click()
    await page.waitForURL(/base=CHF/)
    await page.getByLabel('Period').selectOption('120')
    await page.locator('#history-form button').click()
    await page.getByRole('heading', { name: 'The last 120 days' }).waitFor()
    assert.match(await said(page), /^250\.00 EUR is [\d,]+ JPY/)
    assert.is(await page.getByLabel('Seen from').inputValue(), 'CHF')
    await context.close()
  })

  test(`keyboard alone, 360 pixels, JavaScript ${javaScriptEnabled ? 'on' : 'off'}`, async () => {
    const { page, context } = await journey.openVisitor({ javaScriptEnabled, viewport: { width: 360, height: 740 } })
    await page.goto('/rates')
    await tabTo(page, 'amount')
    await page.keyboard.press('Control+A')
    await page.keyboard.type('50')
    await page.keyboard.press('Tab')
    await page.keyboard.type('GBP')
    await page.keyboard.press('Tab')
    await page.keyboard.type('CHF')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText(/50\.00.GBP is/).waitFor()
    assert.match(await said(page), /We buy 1 GBP from you for [\d.]+ CHF/)
    await tabTo(page, 'currency')
    await page.keyboard.type('Swiss')
    await page.keyboard.press('Tab')
    await page.keyboard.type('120')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForURL(/currency=CHF&days=120/)
    await page.getByRole('heading', { name: 'The last 120 days' }).waitFor()
    await counted(page.locator('figure'), 1)
    const summary = page.locator('figure summary')
    await summary.focus()
    await page.keyboard.press('Enter')
    await page.locator('figure table').waitFor()
    await context.close()
  })
}

test('a chart is one picture with a sentence, and its words can be read at 360 pixels', async () => {
  const { page, context } = await journey.openVisitor({ viewport: { width: 360, height: 740 } })
  await page.goto('/rates')
  const picture = page.getByRole('img', { name: /^US dollar\. One euro was worth most on .* Now it is [\d.]+\.$/ })
  await counted(picture, 1)
  const words = await picture.locator('text').evaluateAll((texts) =>
    texts.map((text) => ({
      size: Number.parseFloat(getComputedStyle(text).fontSize),
      box: text.getBoundingClientRect(),
    })),
  )
  assert.ok(words.length >= 2)
  for (const { size, box } of words) {
    assert.ok(size >= 11, `${size} px`)
    assert.ok(box.left >= 0 && box.right <= 360, `from ${box.left} to ${box.right}`)
  }
  await context.close()
})

async function openRates(javaScriptEnabled: boolean): Promise<Visitor> {
  const visitor = await journey.openVisitor({ javaScriptEnabled })
  await visitor.page.goto('/rates')
  return visitor
}

/** The loader has fetched the island's code, and Preact has taken the form over. */
async function waitForIsland(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle')
  const amount = page.getByLabel('Amount')
  const before = await amount.inputValue()
  await retry(async () => {
    await amount.fill('7')
    return (await said(page)).startsWith('7.00')
  })
  await amount.fill(before)
}

async function choose(page: Page, amount: string, from: string, to: string): Promise<void> {
  await page.getByLabel('From', { exact: true }).selectOption(from)
  await page.getByLabel('To', { exact: true }).selectOption(to)
  await page.getByLabel('Amount').fill(amount)
}

async function said(page: Page): Promise<string> {
  const text = await page.locator('#converted').innerText()
  return text.replaceAll('\u00a0', ' ')
}

function asOf(page: Page): Promise<string | null> {
  return page.locator('[aria-labelledby="convert"] time').getAttribute('datetime')
}

async function tabTo(page: Page, id: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if (await page.locator(`#${id}`).evaluate((element) => element === element.ownerDocument.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not lead to #${id}.`)
}

async function retry(attempt: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!(await attempt())) if (Date.now() > deadline) throw new Error('It did not become so within ten seconds.')
}

test.run()
