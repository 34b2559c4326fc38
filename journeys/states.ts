/** The states that only come up when somebody does something wrong, or has nothing yet: how to get there. */
import type { Page } from 'playwright-core'

const ALICE = 'alice@example.com'
const ADMIN = 'admin@example.com'

/** A customer who has nothing yet. */
export const NEWCOMER = 'noor@example.com'

export interface Refusal {
  /** `payments/create.submit` */
  readonly action: string
  readonly name: string
  readonly as: string | undefined
  /** Leaves the page as it is after the refusal. No island is alive. */
  readonly provoke: (page: Page) => Promise<void>
}

export interface EmptyState {
  readonly path: string
  readonly name: string
  readonly as: string | undefined
  /** Selects the part of the page that is empty. */
  readonly region: string
}

export const REFUSALS: readonly Refusal[] = [
  refusal('auth/sign-in.enter', 'wrong password', undefined, async (page) => {
    await page.goto('/sign-in')
    await page.getByLabel('E-mail').fill(ALICE)
    await page.getByLabel('Password').fill('not-the-password')
    await press(page, 'Sign in')
  }),
  refusal('auth/sign-in.enter', 'nothing typed', undefined, (page) => post(page, '/sign-in', 'auth/sign-in.enter', {})),
  refusal('auth/sign-out.leave', 'a damaged form', ALICE, (page) =>
    post(page, '/sign-out', 'auth/sign-out.leave', { extra: '1' }),
  ),
  refusal('auth/password.change', 'nothing typed', ALICE, (page) => post(page, '/profile', 'auth/password.change', {})),
  refusal('auth/password.change', 'too short, and not the same twice', ALICE, async (page) => {
    const fields = { current: 'selvedge-demo', next: 'short', again: 'shorter' }
    await post(page, '/profile', 'auth/password.change', fields)
  }),
  refusal('auth/password.change', 'wrong password', ALICE, async (page) => {
    const fields = { current: 'guessed', next: 'four words are a password', again: 'four words are a password' }
    await post(page, '/profile', 'auth/password.change', fields)
  }),
  refusal('auth/close.close', 'a payment is under way', ALICE, (page) =>
    post(page, '/profile', 'auth/close.close', { password: 'selvedge-demo' }),
  ),
  refusal('auth/close.close', 'there is money on it', 'bob@example.com', (page) =>
    post(page, '/profile', 'auth/close.close', { password: 'selvedge-demo' }),
  ),
  refusal('auth/close.close', 'wrong password', 'bob@example.com', (page) =>
    post(page, '/profile', 'auth/close.close', { password: 'guessed' }),
  ),
  refusal('profile/edit.save', 'what is no telephone number', ALICE, (page) =>
    post(page, '/profile/edit', 'profile/edit.save', { phone: 'call me', version: '1' }),
  ),
  refusal('profile/edit.save', 'somebody else was first', ALICE, (page) =>
    post(page, '/profile/edit', 'profile/edit.save', { city: 'Utrecht', version: '0' }),
  ),
  refusal('payments/create.submit', 'nothing typed', ALICE, (page) =>
    post(page, '/payments/new', 'payments/create.submit', {}),
  ),
  refusal('payments/create.submit', 'an amount that could be read in two ways', ALICE, (page) =>
    order(page, { payee: 'Nordlys Energi', amount: '12,50', currency: 'EUR' }),
  ),
  refusal('payments/create.submit', 'too many decimals, no payee', ALICE, (page) =>
    order(page, { payee: '…', amount: '12.345', currency: 'JPY' }),
  ),
  refusal('payments/create.submit', 'more than one payment may carry', ALICE, (page) =>
    order(page, { payee: 'Nordlys Energi', amount: '1000000.01', currency: 'EUR' }),
  ),
  refusal('payments/create.submit', 'so large that it is looked at once more', ALICE, (page) =>
    order(page, { payee: 'Nordlys Energi', amount: '12500', currency: 'EUR' }),
  ),
  refusal('payments/create.submit', 'a damaged form', ALICE, (page) =>
    order(page, { payee: 'Nordlys Energi', amount: '1', currency: 'EUR', key: 'x' }),
  ),
  refusal('payments/create.submit', 'the same form sent with other values', ALICE, async (page) => {
    const key = '00000000-0000-4000-8000-00000000beef'
    await order(page, { payee: 'Nordlys Energi', amount: '1', currency: 'EUR', key })
    await order(page, { payee: 'Nordlys Energi', amount: '2', currency: 'EUR', key })
  }),
  refusal('payments/detail.cancel', 'too late', ALICE, async (page) => {
    await page.goto('/payments?state=completed')
    const path = (await page.locator('tbody a').first().getAttribute('href')) ?? ''
    await post(page, path, 'payments/detail.cancel', { id: path.split('/').at(-1) ?? '' })
  }),
  refusal('notifications/list.read', 'a damaged form', ALICE, (page) =>
    post(page, '/notifications', 'notifications/list.read', { id: 'x' }),
  ),
  refusal('notifications/list.readAll', 'a damaged form', ALICE, (page) =>
    post(page, '/notifications', 'notifications/list.readAll', {}),
  ),
  refusal('admin/user.lock', 'no reason', ADMIN, (page) => act(page, 'Alice', 'lock', { reason: ' ' })),
  refusal('admin/user.lock', 'not a customer', ADMIN, (page) => act(page, 'Ines', 'lock', { reason: 'Asked to' })),
  refusal('admin/user.unlock', 'it is open already', ADMIN, (page) =>
    act(page, 'Alice', 'unlock', { reason: 'They called' }),
  ),
]

export const EMPTY_STATES: readonly EmptyState[] = [
  empty('/dashboard', 'no balance', NEWCOMER, 'main section:has(#balances)'),
  empty('/dashboard', 'no payments', NEWCOMER, 'main section:has(#recent)'),
  empty('/payments', 'no payments', NEWCOMER, '#payments-list section'),
  empty('/payments?q=nothing-like-this', 'nothing matches', ALICE, '#payments-list section'),
  empty('/payments?state=processing', 'nothing in this state', NEWCOMER, '#payments-list section'),
  empty('/admin/users?q=nothing-like-this', 'no account matches', ADMIN, 'main section.loose'),
  empty('/admin/payments?q=nothing-like-this', 'no payment matches', ADMIN, 'main section.loose'),
  empty('/admin/audit?id=nothing-like-this', 'no event matches', ADMIN, 'main section.loose'),
]

function refusal(action: string, name: string, as: string | undefined, provoke: Refusal['provoke']): Refusal {
  return { action, name, as, provoke }
}

function empty(path: string, name: string, as: string | undefined, region: string): EmptyState {
  return { path, name, as, region }
}

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('main').getByRole('button', { name }).click()
}

function order(page: Page, fields: Record<string, string>): Promise<void> {
  const key = '00000000-0000-4000-8000-0000000000aa'
  return post(page, '/payments/new', 'payments/create.submit', { key, description: '', ...fields })
}

async function act(page: Page, name: string, action: string, fields: Record<string, string>): Promise<void> {
  await page.goto(`/admin/users?q=${name}`)
  const path = (await page.locator('tbody a').first().getAttribute('href')) ?? ''
  await post(page, path, `admin/user.${action}`, { id: path.split('/').at(-1) ?? '', ...fields })
}

/** As a form of the page would, also with fields that no browser would send. */
async function post(page: Page, path: string, action: string, fields: Record<string, string>): Promise<void> {
  await page.goto(path)
  const before = page.url()
  await page.evaluate(
    ([address, values]) => {
      const form = document.createElement('form')
      form.method = 'post'
      form.action = address
      for (const [name, value] of Object.entries(values)) {
        const input = document.createElement('input')
        Object.assign(input, { type: 'hidden', name, value })
        form.append(input)
      }
      document.body.append(form)
      form.submit()
    },
    [`?action=${action}`, fields] as const,
  )
  await page.waitForURL((url) => url.href !== before)
}
