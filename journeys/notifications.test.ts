/** What happened while nobody looked: the bell, the list, and marking as read, with JavaScript and without. */
import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Portal } from '../bench/portal.ts'
import { counted, planJourney } from './browser.fixture.ts'

const journey = planJourney(test)

const bellOf = (page: Page) => page.getByRole('link', { name: /^Notifications, / })

/** Looks again until the bell says it. */
async function awaitBell(page: Page, words: string): Promise<void> {
  const bell = page.getByRole('link', { name: `Notifications, ${words}`, exact: true })
  for (let look = 0; look < 40 && !(await bell.isVisible()); look++) {
    await page.waitForTimeout(250)
    await page.reload()
  }
  assert.ok(await bell.isVisible(), `the bell says ${await bellOf(page).getAttribute('aria-label')}, not ${words}`)
}

async function readAll(page: Page): Promise<void> {
  await page.goto('/notifications')
  await page.getByRole('button', { name: 'Mark all as read' }).click()
  await page.getByRole('heading', { name: 'You have read everything' }).waitFor()
  assert.is(await page.getByRole('button', { name: /^Mark/ }).count(), 0)
}

async function pay(page: Page, payee: string, amount: string): Promise<void> {
  await page.goto('/payments/new')
  await page.getByLabel('Payee').fill(payee)
  await page.getByLabel('Amount').fill(amount)
  await page.getByRole('button', { name: 'Send payment' }).click()
  await page.getByRole('heading', { name: `to ${payee}` }).waitFor()
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with JavaScript' : 'without JavaScript'

  test(`signing in is told, and so is how payments end; the bell counts until they are read: ${how}`, async () => {
    const { page, context, complaints, signIn } = await journey.openVisitor({ javaScriptEnabled })
    await signIn('bob@example.com')
    await awaitBell(page, '1 unread')
    await page.goto('/notifications')
    assert.match(await page.locator('.notes li').first().innerText(), /Somebody signed in to your account\./)
    await readAll(page)
    await awaitBell(page, 'nothing unread')

    await pay(page, `Told ${how}`, '12.50')
    await pay(page, `Refused ${how}`, '5.13')
    await awaitBell(page, '2 unread')
    await bellOf(page).click()
    await page.getByRole('heading', { name: '2 unread' }).waitFor()
    const unread = page.locator('.notes .unread')
    await counted(unread, 2)
    const failed = unread.filter({ hasText: `to Refused ${how} was not sent.` })
    assert.match(await failed.innerText(), /not enough money.*The money stays on your account\./)
    assert.match(await failed.innerText(), /Unread · .* UTC/)

    const arrived = unread.filter({ hasText: `to Told ${how} has arrived.` })
    await arrived.getByRole('link').click()
    await page.getByRole('heading', { name: `12.50 EUR to Told ${how}` }).waitFor()
    await awaitBell(page, '2 unread')
    await page.goto('/notifications')
    await arrived.getByRole('button', { name: 'Mark as read' }).click()
    await page.getByRole('heading', { name: '1 unread' }).waitFor()
    assert.match(page.url(), /\/notifications$/)
    await counted(arrived, 0)
    await readAll(page)
    await page.goto('/rates')
    await awaitBell(page, 'nothing unread')
    assert.is(await bellOf(page).innerText(), '')
    assert.equal(complaints, [])
    await context.close()
  })
}

test('with the keyboard alone, on a small screen: from the bell to the note and marked as read', async () => {
  const { page, context, signIn } = await journey.openVisitor({ viewport: { width: 320, height: 640 } })
  await signIn('bob@example.com')
  await awaitBell(page, '1 unread')
  await bellOf(page).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Notifications', exact: true }).waitFor()
  const button = page.getByRole('button', { name: 'Mark as read: Somebody signed in to your account.' })
  const box = await button.boundingBox()
  assert.ok(box && box.height >= 44 && box.x + box.width <= 320)
  while (!(await button.evaluate((element) => element === document.activeElement))) await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'You have read everything' }).waitFor()
  await context.close()
})

test('older notes are a page further, and so is the way back after marking one there', async () => {
  const { portal } = journey
  const cookie = await portal.signIn('alice@example.com')
  for (let paid = 0; paid < 18; paid++) await payByApi(portal, cookie, `Payee ${paid}`)
  const { page, context, signIn } = await journey.openVisitor({ javaScriptEnabled: false })
  await signIn('alice@example.com')
  await page.goto('/notifications')
  const older = page.getByRole('link', { name: 'Older' })
  // 18 payments, two sign-ins, and the two that the demonstration begins with.
  const all = page.getByRole('heading', { name: '22 unread' })
  for (let look = 0; look < 60 && !(await all.isVisible()); look++) {
    await page.waitForTimeout(250)
    await page.reload()
  }
  await older.click()
  await page.waitForURL(/cursor=o/)
  const texts = await page.locator('.notes li').allInnerTexts()
  assert.match(texts.join(), /Huis & Haard Verhuur has arrived/)
  const address = page.url()
  const mark = page.getByRole('button', { name: /^Mark as read/ })
  await counted(mark, 2)
  await mark.first().click()
  await mark.nth(1).waitFor({ state: 'detached' })
  assert.is(page.url(), address)
  await page.getByRole('link', { name: 'Newer' }).click()
  await page.waitForURL(/cursor=n/)
  await counted(page.locator('.notes li'), 20)
  await context.close()
})

test('what is read raises the pages that show it: no 304 keeps an old bell', async () => {
  const { portal } = journey
  const cookie = await portal.signIn('bob@example.com')
  const get = (path: string, etag = '') => portal.get(path, { cookie, ...(etag && { 'if-none-match': etag }) })
  let held = await get('/rates')
  for (let look = 0; look < 40 && !/aria-label="Notifications, \d+ unread"/.test(held.body); look++) {
    await new Promise((resolve) => setTimeout(resolve, 250))
    held = await get('/rates')
  }
  assert.match(held.body, /aria-label="Notifications, \d+ unread"/)
  assert.is((await get('/rates', String(held.headers.etag))).status, 304)
  const list = (await get('/notifications')).body
  const [, upTo = ''] = /name="upTo" value="(\d+)"/.exec(list) ?? []
  const read = await portal.send('POST', '/notifications?action=notifications/list.readAll', `upTo=${upTo}`, {
    cookie,
    origin: portal.origin,
    'content-type': 'application/x-www-form-urlencoded',
  })
  assert.is(read.status, 303)
  assert.is(read.headers.location, '/notifications')
  const after = await get('/rates', String(held.headers.etag))
  assert.is(after.status, 200)
  assert.match(after.body, 'aria-label="Notifications, nothing unread"')
})

async function payByApi(portal: Portal, cookie: string, payee: string): Promise<void> {
  const body = JSON.stringify({ amount: 100, currency: 'EUR', payee, description: '' })
  for (;;) {
    const answer = await portal.send('POST', '/api/payments', body, {
      cookie,
      origin: portal.origin,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    })
    if (answer.status === 201) return
    if (answer.status !== 429) throw new Error(`${payee} was not paid: ${answer.status} ${answer.body}`)
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
}

test.run()
