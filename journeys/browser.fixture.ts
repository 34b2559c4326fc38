/** A person's browser: the system's Chromium, which trusts the development certificate by its key and nothing else. */
import { join } from 'node:path'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { PASSWORD, type Portal, startPortal } from '../bench/portal.ts'
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
}

interface Suite {
  before(hook: () => Promise<void>): void
  after(hook: () => Promise<void>): void
}

export function planJourney(suite: Suite): Journey {
  let portal: Portal | undefined
  let browser: Browser | undefined
  suite.before(async () => {
    portal = await startPortal()
    browser = await openBrowser(portal)
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
  }
}

/** Starts Chromium with nothing of an earlier visit. */
function openBrowser(portal: Portal): Promise<Browser> {
  // Ignoring all certificate errors would also switch off caching and service workers: only this key is accepted.
  const key = spkiFingerprint(join(portal.runDir, 'ssl/server.pem'))
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [...QUIET, `--ignore-certificate-errors-spki-list=${key}`],
  })
}

async function openVisitor(browser: Browser, portal: Portal, options: BrowserContextOptions = {}): Promise<Visitor> {
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
