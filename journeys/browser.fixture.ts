/** A person's browser: the system's Chromium, which trusts the development certificate by its key and nothing else. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core'
import { openDatabase } from '#kit/database.ts'
import { PASSWORD, type Portal, type PortalOptions, startPortal } from '../bench/portal.ts'
import { openRunFolder } from '../machine/folder.ts'
import { databaseUrl } from '../machine/postgres.ts'
import { spkiFingerprint } from '../ssl/certificates.ts'

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
]

export interface Visitor {
  readonly page: Page
  readonly context: BrowserContext
  /** What a developer would see in red: script errors, failed loads, refusals by the Content-Security-Policy. */
  readonly complaints: readonly string[]
  signIn(email: string): Promise<void>
}

/** A portal and a browser for all tests of a file: started before the first, ended after the last. */
export interface Journey {
  readonly portal: Portal
  openVisitor(options?: BrowserContextOptions): Promise<Visitor>
  /** Adds a customer who has nothing yet, with the demonstration's password. */
  addCustomer(email: string): Promise<void>
  /** The edge's own page of an error, as nginx would send it. */
  readErrorPage(status: string): string
}

interface Suite {
  before(hook: () => Promise<void>): void
  after(hook: () => Promise<void>): void
}

export function planJourney(suite: Suite, options: PortalOptions = {}): Journey {
  let portal: Portal | undefined
  let browser: Browser | undefined
  suite.before(async () => {
    // uvu says nothing about a hook that fails.
    portal = await startPortal(options).catch(tellAndThrow)
    browser = await openBrowser(portal).catch(tellAndThrow)
  })
  suite.after(async () => {
    await browser?.close()
    await portal?.stop()
  })
  const begun = () => {
    if (!portal || !browser) throw new Error('The journey has not begun: ask for it within a test.')
    return { portal, browser }
  }
  return {
    get portal() {
      return begun().portal
    },
    openVisitor(options) {
      const { portal, browser } = begun()
      return openVisitor(browser, portal, options)
    },
    addCustomer: (email) => addCustomer(begun().portal, email),
    readErrorPage: (status) => readFileSync(join(begun().portal.runDir, 'errors', `${status}.html`), 'utf8'),
  }
}

function tellAndThrow(error: unknown): never {
  console.error(error)
  throw error
}

/** Starts Chromium with nothing of an earlier visit. */
export function openBrowser(portal: Pick<Portal, 'runDir'>): Promise<Browser> {
  // Ignoring all certificate errors would also switch off caching and service workers: only this key is accepted.
  const key = spkiFingerprint(join(portal.runDir, 'ssl/server.pem'))
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [...QUIET, `--ignore-certificate-errors-spki-list=${key}`],
  })
}

async function addCustomer(portal: Portal, email: string): Promise<void> {
  const db = openDatabase(databaseUrl(openRunFolder({ RUN_DIR: portal.runDir })), () => {})
  await db.query(
    `insert into auth.users (email, name, role, password, search)
     select $1, 'Noor Visser', 'customer', password, $1 from auth.users where email = 'alice@example.com'`,
    [email],
  )
  await db.close()
}

export async function openVisitor(
  browser: Browser,
  portal: Pick<Portal, 'origin'>,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: portal.origin,
    viewport: { width: 1280, height: 900 },
    ...options,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  return {
    page,
    context,
    complaints,
    async signIn(email) {
      await page.goto('/sign-in')
      await page.getByLabel('E-mail').fill(email)
      await page.getByLabel('Password').fill(PASSWORD)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('heading', { name: 'Overview' }).waitFor()
    },
  }
}

/** Until there are so many of them: a page is on the screen before it is whole. */
export async function counted(locator: Locator, count: number): Promise<void> {
  const deadline = Date.now() + 10_000
  while ((await locator.count()) !== count) {
    if (Date.now() > deadline) throw new Error(`There are ${await locator.count()} of ${locator}, not ${count}.`)
    await sleep(50)
  }
}

/** Until every island on the page is alive: Preact keeps its tree at the element that it hydrated, under this name. */
export async function hydrated(page: Page): Promise<void> {
  await page.waitForFunction(() => [...document.querySelectorAll('x-i')].every((island) => '__k' in island))
}
