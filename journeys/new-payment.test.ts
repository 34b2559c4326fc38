/** The form of a new payment: what its island says while somebody types, and that nothing depends on it. */
import type { Page } from 'playwright-core'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hydrated, planJourney } from './browser.fixture.ts'

const journey = planJourney(test)

for (const width of [360, 1280]) {
  test(`says what does not fit when a field is left, follows it, and is quiet before: ${width} px`, async () => {
    const { page, context, complaints, signIn } = await journey.openVisitor({ viewport: { width, height: 740 } })
    await signIn('bob@example.com')
    await openForm(page)
    const [payee, amount] = [page.getByLabel('Payee'), page.getByLabel('Amount')]

    await payee.focus()
    await page.keyboard.press('Tab')
    assert.is(await payee.getAttribute('aria-invalid'), null, 'passing by is no mistake')

    await amount.pressSequentially('12,50')
    assert.is(await errorOf(page, 'amount'), undefined, 'nobody is interrupted')
    await page.keyboard.press('Tab')
    assert.is(await errorOf(page, 'amount'), 'Use a point before the cents: 12.50.')
    assert.is(await page.locator('form output').textContent(), 'Use a point before the cents: 12.50.')

    await amount.fill('12500')
    assert.is(await errorOf(page, 'amount'), undefined, 'as soon as it fits')
    await page.getByText('You pay 12,500.00 EUR.').first().waitFor()
    await page.keyboard.press('Tab')
    assert.is(await amount.inputValue(), '12,500.00')
    await page.getByLabel('Currency').selectOption('JPY')
    assert.is(await amount.inputValue(), '12,500')
    await page.getByText('You pay 12,500 JPY.').first().waitFor()
    await amount.fill('1234.5')
    await page.getByLabel('Currency').selectOption('CHF')
    assert.is(await amount.inputValue(), '1,234.50')
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    assert.ok(overflow <= 0, 'nothing is wider than the screen')
    assert.equal(complaints, [])
    await context.close()
  })
}

test('an attempt that does not fit is not sent, says why at each field, and takes the focus there', async () => {
  const { page, context, signIn } = await journey.openVisitor()
  await signIn('bob@example.com')
  await openForm(page)
  const posts = countPosts(page)
  await page.getByLabel('Amount').fill('1.005')
  await page.getByRole('button', { name: 'Send payment' }).click()
  assert.is(await errorOf(page, 'payee'), 'Enter the name of the payee.')
  assert.is(await errorOf(page, 'amount'), 'At most 2 decimals in EUR.')
  assert.is(await page.evaluate(() => document.activeElement?.id), 'payee')
  assert.equal(posts, [])

  await page.keyboard.type('Ada')
  assert.is(await errorOf(page, 'payee'), undefined)
  await page.getByLabel('Amount').fill('1.05')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: '1.05 EUR to Ada' }).waitFor()
  assert.is(posts.length, 1)
  await context.close()
})

test('an error looks the same to machines, whether the server or the browser wrote it', async () => {
  const fields = async (javaScriptEnabled: boolean) => {
    const { page, context, signIn } = await journey.openVisitor({ javaScriptEnabled })
    await signIn('bob@example.com')
    await page.goto('/payments/new')
    if (javaScriptEnabled) await hydrated(page)
    // Spaces are no name, and the browser itself does not mind them.
    await page.getByLabel('Payee').fill(' ')
    await page.getByLabel('Amount').fill('0')
    await page.getByLabel('Description').evaluate((field) => field.removeAttribute('maxlength'))
    await page.getByLabel('Description').fill('x'.repeat(141))
    await page.getByRole('button', { name: 'Send payment' }).click()
    await page.locator('#payee-error').waitFor()
    const found = await page.locator('.field').evaluateAll((fields) =>
      fields.map((field) =>
        Array.from(field.children, (child) => ({
          name: child.tagName,
          text: child instanceof HTMLSelectElement ? '' : child.textContent,
          attributes: Object.fromEntries(
            Array.from(child.attributes, ({ name, value }) => [name, value]).filter(
              ([name = '']) => !['value', 'maxlength'].includes(name),
            ),
          ),
        })),
      ),
    )
    await context.close()
    return found.map((field) => field.map(({ attributes, ...rest }) => ({ ...rest, attributes: sorted(attributes) })))
  }
  assert.equal(await fields(true), await fields(false))
})

test('what was typed before the script came stays, and what the server refused is followed as well', async () => {
  const { page, context, signIn } = await journey.openVisitor()
  await signIn('bob@example.com')
  const held = Promise.withResolvers<void>()
  await context.route('**/assets/**/*.js', async (route) => {
    await held.promise
    await route.continue()
  })
  await page.goto('/payments/new')
  await page.getByLabel('Payee').fill('Early Bird')
  await page.getByLabel('Currency').selectOption('USD')
  await page.getByLabel('Amount').fill('3,5')
  await page.getByRole('button', { name: 'Send payment' }).click()
  await page.getByRole('alert').waitFor()
  await page.getByLabel('Payee').fill('Earlier Bird')
  held.resolve()
  await hydrated(page)
  assert.is(await page.getByLabel('Payee').inputValue(), 'Earlier Bird')
  assert.is(await page.getByLabel('Currency').inputValue(), 'USD')
  await page.getByLabel('Amount').fill('3.5')
  assert.is(await errorOf(page, 'amount'), undefined)
  await page.getByLabel('Payee').fill('')
  await page.getByRole('button', { name: 'Send payment' }).click()
  assert.is(await page.getByRole('alert').count(), 0, 'the last attempt is no news any more')
  await page.getByLabel('Payee').fill('Early Bird')
  await page.getByRole('button', { name: 'Send payment' }).click()
  await page.getByRole('heading', { name: '3.50 USD to Early Bird' }).waitFor()
  await context.close()
})

test('a large payment is asked about once more: by keyboard only, and in vain first', async () => {
  const { page, context, complaints, signIn } = await journey.openVisitor({ viewport: { width: 360, height: 740 } })
  await signIn('bob@example.com')
  await openForm(page)
  const posts = countPosts(page)
  await page.getByLabel('Payee').focus()
  await page.keyboard.type('Notariaat')
  await page.keyboard.press('Tab')
  await page.keyboard.type('10000')
  await page.keyboard.press('Enter')
  const question = page.getByRole('alertdialog', { name: 'Pay 10,000.00 EUR to Notariaat?' })
  await question.waitFor()
  await page.keyboard.press('Escape')
  await page.locator('dialog').waitFor({ state: 'detached' })
  assert.is(await page.evaluate(() => document.activeElement?.textContent), 'Send payment')
  assert.equal(posts, [])
  assert.is(await page.getByLabel('Amount').inputValue(), '10,000.00')

  await page.keyboard.press('Enter')
  await question.waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: '10,000.00 EUR to Notariaat' }).waitFor()
  assert.is(posts.length, 1)
  assert.equal(complaints, [])
  await context.close()
})

test('the question fits a small screen, also with a payee who is one long word', async () => {
  const { page, context, signIn } = await journey.openVisitor({ viewport: { width: 320, height: 740 } })
  await signIn('bob@example.com')
  await openForm(page)
  await page.getByLabel('Payee').fill('W'.repeat(70))
  await page.getByLabel('Amount').fill('10000')
  await page.keyboard.press('Enter')
  const dialog = page.locator('dialog')
  await dialog.waitFor()
  const fits = await dialog.evaluate(
    (box) => box.getBoundingClientRect().right <= innerWidth && box.scrollWidth <= innerWidth,
  )
  assert.ok(fits, 'nothing of it is cut off')
  await context.close()
})

test('without JavaScript the server asks, and asks again about another amount', async () => {
  const { page, context, signIn } = await journey.openVisitor({ javaScriptEnabled: false })
  await signIn('bob@example.com')
  await page.goto('/payments/new')
  await page.getByLabel('Payee').fill('Notariaat')
  await page.getByLabel('Amount').fill('10,000')
  await page.getByRole('button', { name: 'Send payment' }).click()
  await page.getByText('Look once more.').waitFor()
  await page.getByLabel('Amount').fill('20,000')
  await page.getByRole('button', { name: 'Pay 10,000.00 EUR' }).click()
  await page.getByRole('button', { name: 'Pay 20,000.00 EUR' }).click()
  await page.getByRole('heading', { name: '20,000.00 EUR to Notariaat' }).waitFor()
  await context.close()
})

test('a page that the server asked on, and that then got its script, asks again only about another amount', async () => {
  const { page, context, signIn } = await journey.openVisitor()
  await signIn('bob@example.com')
  await context.route('**/assets/**/*.js', (route) => route.abort())
  await page.goto('/payments/new')
  await page.getByLabel('Payee').fill('Notariaat')
  await page.getByLabel('Amount').fill('10,000')
  await context.unroute('**/assets/**/*.js')
  await page.getByRole('button', { name: 'Send payment' }).click()
  await page.getByText('Look once more.').waitFor()
  await hydrated(page)
  await page.getByLabel('Amount').fill('20000')
  await page.getByRole('button', { name: 'Pay 10,000.00 EUR' }).click()
  const question = page.getByRole('alertdialog', { name: 'Pay 20,000.00 EUR to Notariaat?' })
  await question.getByRole('button', { name: 'Not yet' }).click()
  await page.getByLabel('Amount').fill('10,000.00')
  await page.getByRole('button', { name: 'Pay 10,000.00 EUR' }).click()
  await page.getByRole('heading', { name: '10,000.00 EUR to Notariaat' }).waitFor()
  await context.close()
})

async function openForm(page: Page): Promise<void> {
  await page.goto('/payments/new')
  await hydrated(page)
}

async function errorOf(page: Page, field: string): Promise<string | undefined> {
  const error = page.locator(`#${field}-error`)
  return (await error.count()) ? ((await error.textContent()) ?? undefined) : undefined
}

function countPosts(page: Page): string[] {
  const posts: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST') posts.push(request.url())
  })
  return posts
}

function sorted(attributes: Record<string, string>): [name: string, value: string][] {
  return Object.entries(attributes).sort(([one], [other]) => one.localeCompare(other))
}

test.run()
