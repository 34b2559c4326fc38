/** What people do with what is theirs: see and change their details, change the password, take their data, leave. */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { PASSWORD } from '../bench/portal.ts'
import { hydrated, planJourney, type Visitor } from './browser.fixture.ts'

const NEW = 'three small blue boats'
/** Somebody with nothing on the account. */
const NEWCOMER = 'noor@example.com'

for (const [how, options] of [
  ['with JavaScript', { javaScriptEnabled: true }],
  ['without JavaScript, on a phone', { javaScriptEnabled: false, viewport: { width: 360, height: 740 } }],
] as const) {
  // A portal for each: the demonstration's passwords are changed here, and an account is closed for good.
  const test = suite(how)
  const journey = planJourney(test)
  let alice: Visitor
  // Before any password is changed: hers is the demonstration's.
  test.before(() => journey.addCustomer(NEWCOMER))

  test('details are shown, edited and saved', async () => {
    alice = await journey.openVisitor({ ...options, acceptDownloads: true })
    const { page, signIn } = alice
    await signIn('alice@example.com')
    await page.goto('/profile')
    assert.match(await section(page, 'Your details'), /alice@example\.com[\s\S]*69001 Lyon/)
    await page.getByRole('link', { name: 'Edit details' }).click()
    await page.getByLabel('Phone').fill('call me')
    await page.getByRole('button', { name: 'Save details' }).click()
    await page.getByRole('alert').waitFor()
    assert.is(await page.title(), 'Error: Edit your details – Selvedge')
    assert.is(await page.getByLabel('Phone').getAttribute('aria-invalid'), 'true')
    assert.is(await page.getByLabel('City').inputValue(), 'Lyon')
    await page.getByLabel('Phone').fill('+33 6 99 00 11 22')
    await page.getByLabel('Country').selectOption('Belgium')
    await page.getByRole('button', { name: 'Save details' }).click()
    await page.getByText('Your details are saved.').waitFor()
    assert.match(await section(page, 'Your details'), /\+33 6 99 00 11 22[\s\S]*Belgium/)
    await fits(page)
  })

  test('of two tabs, the second is shown what the first has saved', async () => {
    const { page, context } = alice
    const other = await context.newPage()
    for (const tab of [page, other]) await tab.goto('/profile/edit')
    await page.getByLabel('City').fill('Gent')
    await page.getByRole('button', { name: 'Save details' }).click()
    await page.getByText('Your details are saved.').waitFor()

    await other.getByLabel('Postcode').fill('9000')
    await other.getByRole('button', { name: 'Save details' }).click()
    const alert = other.getByRole('alert')
    await alert.waitFor()
    assert.match(await alert.innerText(), /This changed meanwhile/)
    assert.match(await alert.innerText(), /City: “Gent” is saved now, “Lyon” is yours\./)
    assert.is(await other.getByLabel('Postcode').inputValue(), '9000')
    await fits(other)
    await other.getByLabel('City').fill('Gent')
    await other.getByRole('button', { name: 'Save details' }).click()
    await other.getByText('Your details are saved.').waitFor()
    assert.match(await section(other, 'Your details'), /9000 Gent/)
    await other.close()
  })

  test('a new password ends the session elsewhere, and opens the account from then on', async () => {
    const elsewhere = await journey.openVisitor(options)
    await elsewhere.signIn('alice@example.com')
    const { page } = alice
    await page.goto('/profile')
    await typePasswords(page, PASSWORD, 'password1234')
    await page.getByRole('alert').waitFor()
    assert.match(await page.getByRole('alert').innerText(), /one of the first passwords/)
    await typePasswords(page, PASSWORD, NEW)
    await page.getByText('Your password is changed.').waitFor()
    const changed = page.url()
    assert.match(await section(page, 'Password'), /you are signed out now\. This device stays signed in/)

    await elsewhere.page.goto('/profile')
    assert.match(elsewhere.page.url(), /\/sign-in\?next=%2Fprofile$/)
    await enter(elsewhere.page, 'alice@example.com', PASSWORD)
    await elsewhere.page.getByText('The e-mail address or password is not right.').first().waitFor()
    await enter(elsewhere.page, 'alice@example.com', NEW)
    await elsewhere.page.getByRole('heading', { name: 'Profile' }).waitFor()
    await page.goto(changed.replace(/changed=\w+/, 'changed=made0up&saved=99'))
    await page.getByRole('heading', { name: 'Profile' }).waitFor()
    assert.is(await page.getByText(/Your password is changed|Your details are saved/).count(), 0)
    await elsewhere.context.close()
  })

  test('everything that is kept comes as one file, and nothing of anybody else', async () => {
    const { page } = alice
    await page.goto('/profile')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download your data' }).click(),
    ])
    assert.match(download.suggestedFilename(), /^selvedge-\d{4}-\d\d-\d\d\.json$/)
    const text = readFileSync(await download.path(), 'utf8')
    const data = JSON.parse(text)
    assert.equal(data.missing, [])
    assert.is(data.account.email, 'alice@example.com')
    assert.is(data.contactDetails.city, 'Gent')
    assert.ok(text.length > 500_000, 'five thousand payments are in it')
    for (const stranger of ['bob@example.com', 'b0b00000-', 'argon2id', 'Stockholm']) assert.not.match(text, stranger)
  })

  test('an account with money on it stays open', async () => {
    const { page, context, signIn } = await journey.openVisitor(options)
    await signIn('bob@example.com')
    await page.goto('/profile')
    assert.match(await section(page, 'Close your account'), /Send what is left to another bank first/)
    if (options.javaScriptEnabled) await hydrated(page)
    await close(page, PASSWORD, options.javaScriptEnabled)
    await page.getByRole('alert').waitFor()
    const refusal = await page.getByRole('alert').innerText()
    assert.match(refusal, /There are still [\d,.]+\sEUR.* on your account\. Send them to another bank first/)
    await fits(page)
    await page.goto('/dashboard')
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await context.close()
  })

  test('a closed account is closed', async () => {
    const { page, context, complaints, signIn } = await journey.openVisitor(options)
    await signIn(NEWCOMER)
    await page.goto('/profile')
    if (options.javaScriptEnabled) await hydrated(page)
    await close(page, 'not-the-password', options.javaScriptEnabled)
    await page.getByRole('alert').waitFor()
    assert.match(await page.getByRole('alert').innerText(), /This is not your current password/)
    await close(page, PASSWORD, options.javaScriptEnabled)
    await page.getByText('If you have just closed your account, that is done').waitFor()
    assert.equal(
      (await context.cookies()).filter(({ name }) => name === '__Host-sid'),
      [],
    )
    await fits(page)
    await page.goto('/dashboard')
    await enter(page, NEWCOMER, PASSWORD)
    await page.getByText('The e-mail address or password is not right.').first().waitFor()
    const unexpected = complaints.filter((complaint) => !/status of (422|401)/.test(complaint))
    assert.equal(unexpected, [])
    await context.close()
  })

  test.run()
}

/** The text of a section, by its heading. */
function section(page: Page, name: string): Promise<string> {
  return page.getByRole('region', { name, exact: true }).innerText()
}

async function typePasswords(page: Page, current: string, next: string): Promise<void> {
  await page.getByLabel('Current password').fill(current)
  await page.getByLabel('New password', { exact: true }).fill(next)
  await page.getByLabel('New password, once more').fill(next)
  await page.getByRole('button', { name: 'Change password' }).click()
}

async function enter(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** By keyboard only, from the password to the answer. */
async function close(page: Page, password: string, asks: boolean): Promise<void> {
  await page.getByLabel('Your password').fill(password)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  if (!asks) return
  await page.getByRole('alertdialog', { name: 'Close your account for good?' }).waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
}

async function fits(page: Page): Promise<void> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  assert.ok(over <= 0, `${page.url()} scrolls sideways by ${over} px`)
}
