/** Staff at work, with JavaScript and without, with a keyboard alone; auditors beside them; customers outside. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Locator, Page } from 'playwright-core'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { PASSWORD } from '../bench/portal.ts'
import { counted, hydrated, planJourney, type Visitor } from './browser.fixture.ts'

const journey = planJourney(test)
const ALICE = 'a11ce000-0000-4000-8000-000000000001'

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with JavaScript' : 'without JavaScript'

  test(`a locked customer is out until the account is unlocked: ${how}`, async () => {
    const customer = await journey.openVisitor({ javaScriptEnabled })
    const staff = await journey.openVisitor({ javaScriptEnabled })
    const { page } = staff
    await customer.signIn('bob@example.com')
    await staff.signIn('admin@example.com')

    await page.getByRole('link', { name: 'Users' }).click()
    await page.getByLabel('Name or e-mail').fill('LINDQ')
    await page.getByRole('button', { name: 'Show' }).click()
    await counted(page.locator('tbody tr'), 1)
    await page.getByRole('link', { name: 'Bob Lindqvist' }).click()
    await page.getByRole('heading', { name: 'Bob Lindqvist' }).waitFor()
    await page.getByRole('table', { name: 'Payments' }).waitFor()

    await page.getByLabel('Reason').fill('The telephone was stolen')
    if (javaScriptEnabled) await hydrated(page)
    await page.getByRole('button', { name: 'Lock account' }).click()
    if (javaScriptEnabled) await page.getByRole('alertdialog').getByRole('button', { name: 'Lock account' }).click()
    await page.getByText('The account is locked.').waitFor()
    assert.match(await page.locator('dl').innerText(), /State\s+Locked/)

    await customer.page.goto('/dashboard')
    assert.match(customer.page.url(), /\/sign-in\?next=%2Fdashboard$/)
    await fillSignIn(customer, 'bob@example.com')
    await customer.page.getByRole('alert').waitFor()

    await page.goto('/admin')
    await page.getByRole('region', { name: 'Locked accounts' }).getByRole('link', { name: 'Bob Lindqvist' }).click()
    await page.getByLabel('Reason').fill('It was found again')
    await page.getByRole('button', { name: 'Unlock account' }).click()
    await page.getByText('The account is open again.').waitFor()
    await fillSignIn(customer, 'bob@example.com')
    await customer.page.getByRole('heading', { name: 'Overview' }).waitFor()

    assert.equal(
      [...staff.complaints, ...customer.complaints].filter((complaint) => !/status of (401|422)/.test(complaint)),
      [],
    )
    await customer.context.close()
    await staff.context.close()
  })
}

test('a place in the list that was made up is refused at the edge', async () => {
  const cookie = await journey.portal.signIn('admin@example.com')
  for (const after of ['xyz', 'a'.repeat(36), `${ALICE}x`]) {
    const { status } = await journey.portal.get(`/admin/users?after=${after}`, { cookie })
    assert.is(status, 400, after)
  }
  assert.is((await journey.portal.get(`/admin/users?after=${ALICE}`, { cookie })).status, 200)
})

test('payments are filtered, paged there and back, and lead to their customer', async () => {
  const { page, context, signIn } = await journey.openVisitor({ javaScriptEnabled: false })
  await signIn('admin@example.com')
  await page.getByRole('link', { name: 'Payments', exact: true }).click()
  await page.getByLabel('Status').selectOption('Failed')
  await page.getByLabel('Currency').selectOption('EUR')
  await page.getByRole('button', { name: 'Show' }).click()
  await page.waitForURL(/state=failed/)
  const first = await rowsOf(page)
  assert.is(first.length, 25)
  assert.ok(first.every((row) => /Failed/.test(row) && /EUR/.test(row)))
  await page.getByRole('link', { name: 'Older' }).click()
  await page.waitForURL(/cursor=/)
  const second = await rowsOf(page)
  assert.ok(second.length > 0 && second.every((row) => /Failed/.test(row) && /EUR/.test(row) && !first.includes(row)))
  const older = page.url()
  await page.getByRole('link', { name: 'Newer' }).click()
  await page.waitForURL((url) => url.href !== older)
  assert.equal(await rowsOf(page), first)

  await page.locator('tbody').getByRole('link', { name: 'Alice Martin' }).first().click()
  await page.getByRole('heading', { name: 'Alice Martin' }).waitFor()
  await page.getByRole('link', { name: 'All payments of this account' }).click()
  await page.getByRole('heading', { name: 'Payments of Alice Martin' }).waitFor()
  assert.is((await rowsOf(page)).length, 25)
  await context.close()
})

test('a keyboard is enough: search, open, think again, lock', async () => {
  const { page, context, signIn } = await journey.openVisitor()
  await signIn('admin@example.com')
  await tabTo(page, page.getByRole('link', { name: 'Users' }))
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Users' }).waitFor()
  await tabTo(page, page.getByLabel('Name or e-mail'))
  await page.keyboard.type('lindq')
  await page.keyboard.press('Enter')
  await page.waitForURL(/q=lindq/)
  await tabTo(page, page.getByRole('link', { name: 'Bob Lindqvist' }))
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Bob Lindqvist' }).waitFor()
  await hydrated(page)

  await tabTo(page, page.getByLabel('Reason'))
  await page.keyboard.type('Asked for it')
  const lock = page.getByRole('button', { name: 'Lock account' })
  await tabTo(page, lock)
  await page.keyboard.press('Enter')
  const question = page.getByRole('alertdialog', { name: 'Lock the account of Bob Lindqvist?' })
  await question.waitFor()
  assert.ok(await isFocused(question.getByRole('button', { name: 'Leave it open' })), 'the safe answer comes first')
  await page.keyboard.press('Escape')
  await question.waitFor({ state: 'detached' })
  assert.ok(await isFocused(lock))
  await page.keyboard.press('Enter')
  await question.waitFor()
  await tabTo(page, question.getByRole('button', { name: 'Lock account' }))
  await page.keyboard.press('Enter')
  await page.getByText('The account is locked.').waitFor()

  await tabTo(page, page.getByLabel('Reason'))
  await page.keyboard.type('It was a test')
  await page.keyboard.press('Enter')
  await page.getByText('The account is open again.').waitFor()
  await context.close()
})

test('what was done stands in the audit log with who did it and why, and its chain holds', async () => {
  const { page, context, signIn } = await journey.openVisitor({ javaScriptEnabled: false })
  await signIn('admin@example.com')
  await page.goto('/admin/users?q=lindq')
  await page.getByRole('link', { name: 'Bob Lindqvist' }).click()
  const reason = 'Asked for it by post'
  for (const button of ['Lock account', 'Unlock account']) {
    await page.getByLabel('Reason').fill(reason)
    await page.getByRole('button', { name: button }).click()
    await page.getByText('The account is').waitFor()
  }
  await page.getByRole('link', { name: 'What happened to this account' }).click()
  await page.getByLabel('What happened').selectOption('Account unlocked')
  await page.getByRole('button', { name: 'Show' }).click()
  await page.waitForURL(/type=user\.unlocked/)
  const row = page.locator('tbody tr').filter({ hasText: reason })
  await reloadUntil(page, row)
  assert.match(await row.innerText(), /Account unlocked\s+Ines Okafor\s+Bob Lindqvist/)
  await row.getByRole('link', { name: 'Bob Lindqvist' }).click()
  await page.getByRole('heading', { name: 'Bob Lindqvist' }).waitFor()

  await page.goto('/admin/audit')
  const head = await page.getByRole('region', { name: 'Chain head' }).locator('code').first().innerText()
  const { stdout } = await verify(head)
  assert.match(stdout, /^The audit log is whole: \d+ rows\./)
  await context.close()
})

test('auditors see it all, have nothing to press, and are refused when they send the form themselves', async () => {
  const { page, context, signIn } = await journey.openVisitor()
  await signIn('auditor@example.com')
  for (const path of ['/admin', '/admin/users', '/admin/payments', '/admin/audit', `/admin/users/${ALICE}`]) {
    assert.is((await page.goto(path))?.status(), 200, path)
    assert.is(await page.locator('main form[method=post]').count(), 0, path)
  }
  await page.getByText('Auditors see everything here and change nothing.').waitFor()
  const refused = await journey.portal.send(
    'POST',
    `/admin/users/${ALICE}?action=admin/user.lock`,
    new URLSearchParams({ id: ALICE, reason: 'Curious' }).toString(),
    {
      cookie: (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; '),
      origin: journey.portal.origin,
      'content-type': 'application/x-www-form-urlencoded',
    },
  )
  assert.is(refused.status, 403)
  await page.reload()
  assert.match(await page.locator('dl').innerText(), /State\s+Open/)
  await context.close()
})

test('customers are refused, strangers are led to sign in and back', async () => {
  const { page, context, signIn } = await journey.openVisitor()
  await signIn('alice@example.com')
  assert.is((await page.goto('/admin/users'))?.status(), 403)
  assert.not.match(await page.content(), 'bob@example.com')
  await context.clearCookies()
  await page.goto('/admin/payments?state=failed')
  assert.match(page.url(), /\/sign-in\?next=/)
  await page.getByLabel('E-mail').fill('admin@example.com')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Payments of all customers' }).waitFor()
  assert.match(page.url(), /\/admin\/payments\?state=failed$/)
  await context.close()
})

test('an account that is not there is 404 in the page around', async () => {
  const { page, context, signIn } = await journey.openVisitor()
  await signIn('admin@example.com')
  assert.is((await page.goto('/admin/users/00000000-0000-4000-8000-000000000000'))?.status(), 404)
  assert.match(await page.locator('main').innerText(), /There is no such account\./)
  await page.getByRole('link', { name: 'Users' }).waitFor()
  await context.close()
})

async function fillSignIn({ page }: Visitor, email: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** An event takes a moment from what it tells of to its row. */
async function reloadUntil(page: Page, wanted: Locator): Promise<void> {
  for (let look = 0; (await wanted.count()) === 0; look++) {
    if (look === 40) throw new Error(`There is no ${wanted} after ${look} looks.`)
    await sleep(250)
    await page.reload()
  }
}

/** As an operator does, with a head that was written down. */
function verify(head: string) {
  const args = ['--import', './kit/tsx.ts', 'platform/audit.ts', 'verify', '--head', head]
  const options = { cwd: join(import.meta.dirname, '..'), env: { ...process.env, RUN_DIR: journey.portal.runDir } }
  return promisify(execFile)(process.execPath, args, options)
}

function rowsOf(page: Page): Promise<string[]> {
  return page.locator('tbody tr').allInnerTexts()
}

/** Presses Tab until it is there, as a person would. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let press = 0; press < 60; press++) {
    if (await isFocused(target)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not reach ${target}.`)
}

function isFocused(target: Locator): Promise<boolean> {
  return target.evaluate((element) => element === document.activeElement)
}

test.run()
