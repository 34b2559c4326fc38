/** The islands of a lab on a small server, in a real browser. */
import { readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { ComponentChild } from 'preact'
import type { Assets } from '../build.ts'
import type { Lab } from '../lab.fixture.ts'
import { compose, render } from '../render.tsx'

export interface Visit {
  readonly page: Page
  /** Paths of the scripts that were asked for. */
  readonly scripts: readonly string[]
  /** Errors that reached the console or the page. */
  readonly errors: readonly string[]
  /** Waits until whatever the page does by itself has been done. */
  settle(): Promise<void>
  close(): Promise<void>
}

export interface LabSite {
  visit(content: ComponentChild, options?: BrowserContextOptions & { connection?: object }): Promise<Visit>
  close(): Promise<void>
}

/** Serves one page at a time, from the HTML that the kit renders. */
export async function openLabSite(lab: Lab, assets: Assets): Promise<LabSite> {
  let body = ''
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/assets/')) return sendAsset(response, join(lab.out, request.url.slice(8)))
    response.setHeader('Content-Type', 'text/html; charset=utf-8')
    response.end(`<!doctype html><title>Lab</title><link rel="icon" href="data:,"><style>x-i{display:contents}</style>
<script>${assets.loader}</script>${body}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  return {
    async visit(content, options) {
      body = compose(render(content, assets))
      return visit(browser, `http://localhost:${port}/`, options)
    },
    async close() {
      await browser.close()
      server.closeAllConnections()
      server.close()
    },
  }
}

function sendAsset(response: ServerResponse, path: string): void {
  response.setHeader('Content-Type', 'text/javascript')
  response.end(readFileSync(path))
}

async function visit(
  browser: Browser,
  url: string,
  { connection, ...options }: BrowserContextOptions & { connection?: object } = {},
): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 600, height: 400 }, ...options })
  if (connection) {
    await context.addInitScript((value) => {
      Object.defineProperty(navigator, 'connection', { value })
    }, connection)
  }
  const page = await context.newPage()
  page.setDefaultTimeout(5_000)
  const scripts: string[] = []
  const errors: string[] = []
  page.on('request', (request) => {
    if (request.resourceType() === 'script') scripts.push(new URL(request.url()).pathname)
  })
  page.on('pageerror', ({ message }) => errors.push(message))
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  await page.goto(url)
  return {
    page,
    scripts,
    errors,
    async settle() {
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
      await page.evaluate(() => new Promise((resolve) => requestIdleCallback(() => requestIdleCallback(resolve))))
      await page.waitForLoadState('networkidle')
    },
    close: () => context.close(),
  }
}
