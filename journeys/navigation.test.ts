/** The header: where one can go, for each kind of person, on every page, with JavaScript and without, on every screen. */
import type { BrowserContextOptions, Page } from 'playwright-core'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { PASSWORD } from '../bench/portal.ts'
import { planJourney } from './browser.fixture.ts'

const journey = planJourney(test)
/** Two rows of thumb-sized links, the space above and the line below. */
const TWO_ROWS = 8 + 2 * 48 + 1

const STRANGER = ['Rates', 'Help', 'Sign in']
const CUSTOMER = ['Overview', 'Payments', 'Rates']
const STAFF = ['Overview', 'Users', 'Payments', 'Audit']

const mainOf = (page: Page) => page.getByRole('navigation', { name: 'Main' })

/** Where the header says that one is: `Payments page`, `Payments true`. */
async function placesOf(page: Page): Promise<string[]> {
  const current = await page.locator('header [aria-current]').all()
  return Promise.all(
    current.map(async (link) => `${await link.innerText()} ${await link.getAttribute('aria-current')}`),
  )
}

async function signInAs(email: string, options: BrowserContextOptions = {}) {
  const visitor = await journey.openVisitor(options)
  const { page } = visitor
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  return visitor
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with JavaScript' : 'without JavaScript'

  test(`everybody finds their own ways in the header, on every page, and each leads somewhere: ${how}`, async () => {
    const cases = [
      [undefined, STRANGER, ['/', '/rates', '/help', '/sign-in']],
      ['alice@example.com', CUSTOMER, ['/', '/rates', '/help', '/dashboard', '/payments/new', '/notifications']],
      [
        'admin@example.com',
        STAFF,
        ['/', '/rates', '/help', '/admin', '/admin/users', '/admin/payments', '/admin/audit'],
      ],
      ['auditor@example.com', STAFF, ['/rates', '/admin']],
    ] as const
    for (const [email, expected, paths] of cases) {
      const { page, context } = await (email
        ? signInAs(email, { javaScriptEnabled })
        : journey.openVisitor({ javaScriptEnabled }))
      for (const path of paths) {
        await page.goto(path)
        const names = await mainOf(page).getByRole('link').allInnerTexts()
        assert.equal(names, expected, `${email ?? 'a stranger'} on ${path}`)
      }
      const links = await page.locator('header a').evaluateAll((all) => all.map((link) => link.getAttribute('href')))
      for (const href of links) {
        const answer = await page.goto(String(href))
        assert.is(answer?.status(), 200, `${email ?? 'a stranger'} goes to ${href}`)
      }
      await context.close()
    }
  })
}

test('the header says where one is: the page itself, or the section around it', async () => {
  const { page, context } = await signInAs('alice@example.com')
  const cases: [path: string, expected: string[]][] = [
    ['/dashboard', ['Overview page']],
    ['/payments', ['Payments page']],
    ['/payments?state=failed', ['Payments page']],
    ['/payments/new', ['Payments true']],
    ['/rates', ['Rates page']],
    ['/profile', ['Alice Martin page']],
    ['/', []],
  ]
  for (const [path, expected] of cases) {
    await page.goto(path)
    assert.equal(await placesOf(page), expected, path)
  }
  await page.goto('/payments')
  await page.locator('tbody a').first().click()
  await page.waitForURL(/payments\/[0-9a-f-]{36}$/)
  assert.equal(await placesOf(page), ['Payments true'])
  await page.goto('/notifications')
  assert.is(await page.locator('header .bell').getAttribute('aria-current'), 'page')
  await context.close()
})

test('a refused form and a page that does not exist keep their header', async () => {
  const { page, context } = await signInAs('alice@example.com')
  await page.goto('/payments/new')
  await page.getByRole('button', { name: 'Send payment' }).evaluate((button) => button.closest('form')?.submit())
  await page.getByRole('alert').waitFor()
  assert.equal(await mainOf(page).getByRole('link').allInnerTexts(), CUSTOMER)
  assert.equal(await placesOf(page), ['Payments true'])
  await page.goto('/payments/00000000-0000-4000-8000-000000000000')
  assert.equal(await mainOf(page).getByRole('link').allInnerTexts(), CUSTOMER)
  await page.goto('/nowhere')
  assert.equal(await mainOf(page).getByRole('link').allInnerTexts(), ['Rates', 'Help', 'Your account'])
  await page.getByRole('link', { name: 'Your account' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  await context.close()
})

test('on a small screen the header takes two rows at most, and its links are large enough for a thumb', async () => {
  for (const email of [undefined, 'alice@example.com', 'admin@example.com']) {
    const visitor = email ? await signInAs(email) : await journey.openVisitor()
    const { page, context } = visitor
    await page.goto('/rates')
    for (const width of [320, 360, 414, 600, 735, 768, 1280]) {
      await page.setViewportSize({ width, height: 700 })
      const name = `${email ?? 'a stranger'} at ${width} px`
      const header = await page.locator('header').boundingBox()
      assert.ok((header?.height ?? 999) <= TWO_ROWS, `${name}: the header is ${header?.height} px high`)
      const boxes = await page.locator('header a, header button').evaluateAll((all) =>
        all.map((one) => {
          const { left, right, height } = one.getBoundingClientRect()
          return { text: one.textContent, left, right, height }
        }),
      )
      for (const { text, left, right, height } of boxes) {
        assert.ok(height >= 44, `${name}: ${text} is ${height} px high`)
        assert.ok(left >= 0 && right <= width, `${name}: ${text} ends at ${right}`)
      }
    }
    await context.close()
  }
})

test('with the keyboard alone: past the header to the content, through the ways in their order, and out', async () => {
  const { page, context } = await signInAs('bob@example.com')
  await page.goto('/payments')
  await page.keyboard.press('Tab')
  assert.is(await focused(page), 'Skip to the content')
  const order: string[] = []
  for (let step = 0; step < 7; step++) {
    await page.keyboard.press('Tab')
    order.push(await focused(page))
  }
  assert.equal(order.slice(0, 6), [
    'Selvedge',
    'Overview',
    'Payments',
    'Rates',
    'Your profile, Bob Lindqvist',
    'Sign out',
  ])
  assert.match(order[6] ?? '', /^Notifications, /)

  await page.goto('/payments')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  assert.ok(await page.evaluate(() => document.activeElement?.closest('main')), 'the next stop is in the content')

  await page.getByRole('button', { name: 'Sign out' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
  assert.equal(await mainOf(page).getByRole('link').allInnerTexts(), STRANGER)
  await context.close()
})

test('public pages are cached for strangers as before, and nobody’s name is in them', async () => {
  const { portal } = journey
  const alice = await portal.signIn('alice@example.com')
  for (const path of ['/', '/rates', '/help']) {
    await portal.get(path)
    const cached = await portal.get(path)
    assert.match(String(cached.headers['cache-status']), 'Selvedge-delivery; hit', path)
    const own = await portal.get(path, { cookie: alice })
    assert.match(own.body, 'Alice Martin', path)
    assert.is(own.headers['cache-control'], 'private, no-store')
    const again = await portal.get(path)
    assert.match(String(again.headers['cache-status']), 'Selvedge-delivery; hit', path)
    assert.not.match(again.body, /Alice|class="bell"|Sign out/, path)
  }
})

/** What a screen reader would say of the focused element. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement
    return (element?.getAttribute('aria-label') ?? element?.textContent ?? '').trim()
  })
}

test.run()
