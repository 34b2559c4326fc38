/** From the front page to a completed payment, as a person does it, with JavaScript and without. */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { PASSWORD } from '../bench/portal.ts'
import { hydrated, planJourney } from './browser.fixture.ts'

const journey = planJourney(test)

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with JavaScript' : 'without JavaScript'

  test(`sign in, pay, see it complete, sign out: ${how}`, async () => {
    const { page, context, complaints } = await journey.openVisitor({ javaScriptEnabled })

    await page.goto('/')
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('E-mail').fill('alice@example.com')
    await page.getByLabel('Password').fill('not-the-password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').waitFor()
    assert.is(await page.title(), 'Error: Sign in – Selvedge')
    assert.is(await page.getByLabel('E-mail').inputValue(), 'alice@example.com')
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await page.getByRole('heading', { name: 'Recent payments' }).waitFor()
    await page.getByText(/[\d,]+\.\d\d\sEUR is available/).waitFor() // balances come before it

    await page.getByRole('link', { name: 'New payment' }).click()
    await page.getByLabel('Payee').fill('Nordlys Energi')
    await page.getByLabel('Amount').fill('12.345')
    await page.getByRole('button', { name: 'Send payment' }).click()
    await page.getByText('At most 2 decimals in EUR.').first().waitFor()
    assert.is(await page.getByLabel('Amount').getAttribute('aria-invalid'), 'true')
    assert.is(await page.getByLabel('Payee').inputValue(), 'Nordlys Energi')

    await page.getByLabel('Amount').fill('12.50')
    await page.getByRole('button', { name: 'Send payment' }).click()
    await page.getByRole('heading', { name: '12.50 EUR to Nordlys Energi' }).waitFor()
    assert.match(page.url(), /\/payments\/[0-9a-f-]{36}$/)
    const completed = page.locator('dl').getByText('Completed')
    for (let look = 0; look < 20 && !(await completed.isVisible()); look++) {
      await page.waitForTimeout(500)
      await page.reload()
    }
    assert.ok(await completed.isVisible(), 'completed within ten seconds')

    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Payments' }).click()
    assert.match(await page.locator('tbody tr').first().innerText(), /Nordlys Energi/)

    const cookies = await context.cookies()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('link', { name: 'Sign in' }).first().waitFor()
    await page.goto('/dashboard')
    assert.match(page.url(), /\/sign-in\?next=%2Fdashboard$/)
    await context.addCookies(cookies)
    await page.goto('/dashboard')
    assert.match(page.url(), /\/sign-in/, 'the old cookie is worth nothing')

    const unexpected = complaints.filter((complaint) => !/status of (422|401)/.test(complaint))
    assert.equal(unexpected, [])
    await context.close()
  })

  test(`the way back after signing in, and nowhere else: ${how}`, async () => {
    const { page, context } = await journey.openVisitor({ javaScriptEnabled })
    await page.goto('/payments?state=failed&q=Water+%26')
    await page.getByLabel('E-mail').fill('bob@example.com')
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Payments', exact: true }).waitFor()
    assert.is(new URL(page.url()).search, '?state=failed&q=Water+%26')
    assert.is(await page.getByLabel('Payee or description').inputValue(), 'Water &')

    await page.goto('/sign-in?next=https%3A%2F%2Fevil.example%2F')
    await page.getByLabel('E-mail').fill('bob@example.com')
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    assert.is(new URL(page.url()).origin, journey.portal.origin)
    await context.close()
  })

  test(`a payment can be cancelled in time, and one that fails says why: ${how}`, async () => {
    const { page, context, signIn } = await journey.openVisitor({ javaScriptEnabled })
    await signIn('bob@example.com')
    const pay = async (amount: string) => {
      await page.goto('/payments/new')
      await page.getByLabel('Payee').fill('Kyoto Paper Works')
      await page.getByLabel('Amount').fill(amount)
      await page.getByRole('button', { name: 'Send payment' }).click()
    }
    const sent = page.getByRole('heading', { name: /to Kyoto Paper Works/ })
    await pay('20,000.00')
    await page.getByRole('button', { name: 'Pay 20,000.00 EUR' }).click()
    await sent.waitFor()
    if (javaScriptEnabled) await hydrated(page)
    await page.getByRole('button', { name: 'Cancel payment' }).click()
    if (javaScriptEnabled) {
      await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel payment' }).click()
    }
    await page.getByText('You cancelled this payment.').waitFor()

    await pay('5.13')
    await sent.waitFor()
    const reason = page.getByText('There is not enough money on your account.')
    for (let look = 0; look < 20 && !(await reason.first().isVisible()); look++) {
      await page.waitForTimeout(500)
      await page.reload()
    }
    assert.ok(await reason.first().isVisible())
    await context.close()
  })
}

test('the same form sent twice pays once; sent with another amount it is refused and says what was paid', async () => {
  const { page, context, signIn } = await journey.openVisitor()
  await signIn('bob@example.com')
  await page.goto('/payments/new')
  const key = await page.locator('input[name=key]').inputValue()
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const send = (amount: string) =>
    journey.portal.send(
      'POST',
      '/payments/new?action=payments/create.submit',
      form({ payee: 'Twice', amount, currency: 'EUR', key }),
      {
        cookie,
        origin: journey.portal.origin,
        'content-type': 'application/x-www-form-urlencoded',
      },
    )
  const first = await send('7.00')
  const again = await send('7.00')
  assert.is(first.status, 303)
  assert.is(again.headers.location, first.headers.location)
  const other = await send('8.00')
  assert.is(other.status, 422)
  assert.match(other.body, `href="${first.headers.location}"`)
  assert.match(other.body, '</html>')
  assert.not.match(other.body, key)
  await context.close()
})

function form(fields: Record<string, string>): string {
  return new URLSearchParams(fields).toString()
}

test.run()
