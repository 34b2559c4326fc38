/** The payment list's filter: an island with JavaScript, a form without it, the same results. */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { planJourney } from './browser.fixture.ts'

const journey = planJourney(test)

test('filters in place, keeps the focus, says how many, and the address can be shared', async () => {
  const { page, complaints, context, signIn } = await journey.openVisitor()
  await signIn('alice@example.com')
  const scripts: string[] = []
  page.on('request', (request) => {
    if (request.resourceType() === 'script') scripts.push(new URL(request.url()).pathname)
  })
  await page.goto('/payments')
  await page.waitForLoadState('networkidle')
  assert.is(scripts.filter((path) => /preact/.test(path)).length, 1, 'Preact comes from one address')

  await page.evaluate(() => document.body.setAttribute('data-same-document', ''))
  const field = page.getByLabel('Payee or description')
  const payee = (await page.locator('tbody th a').first().innerText()).trim()
  await field.pressSequentially(payee)
  await page.waitForFunction(() => location.search.includes('q='))
  assert.is(await page.evaluate(() => document.activeElement?.id), 'q')
  assert.ok(await page.evaluate(() => document.body.hasAttribute('data-same-document')), 'no new document')
  assert.match(await page.locator('form [role=status]').innerText(), /payments? match/)
  const names = await page.locator('tbody th a').allInnerTexts()
  assert.ok(names.length > 0)

  await page.getByLabel('Status').selectOption('failed')
  await page.waitForFunction(() => location.search.includes('state=failed'))
  await page.reload()
  assert.is(await page.getByLabel('Status').inputValue(), 'failed')
  assert.is(await field.inputValue(), payee)
  assert.equal(complaints, [])
  await context.close()
})

test('without JavaScript, and when the script does not come, the form does the same', async () => {
  for (const [name, javaScriptEnabled] of [
    ['off', false],
    ['broken', true],
  ] as const) {
    const { page, context, signIn } = await journey.openVisitor({ javaScriptEnabled })
    await context.route('**/assets/**/*.js', (route) => route.abort())
    await signIn('alice@example.com')
    await page.goto('/payments')
    await page.getByLabel('Status').selectOption('cancelled')
    await page.getByRole('button', { name: 'Show' }).click()
    await page.waitForURL(/state=cancelled/)
    const states = await page.locator('tbody [data-status]').allInnerTexts()
    assert.ok(states.length > 0 && states.every((state) => state === 'Cancelled'), name)
    await context.close()
  }
})

test('thousands of payments can be walked, page by page and back', async () => {
  const { page, context, signIn } = await journey.openVisitor({ javaScriptEnabled: false })
  await signIn('alice@example.com')
  await page.goto('/payments')
  const first = await page.locator('tbody').innerText()
  for (let step = 0; step < 3; step++) await page.getByRole('link', { name: 'Older' }).click()
  for (let step = 0; step < 3; step++) await page.getByRole('link', { name: 'Newer' }).click()
  assert.is(await page.locator('tbody').innerText(), first)
  await context.close()
})

test.run()
