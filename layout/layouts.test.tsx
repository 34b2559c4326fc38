import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import inject from 'light-my-request'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { buildAssets } from '#kit/build.ts'
import { openLog } from '#kit/log.ts'
import { STYLES } from './design/styles.ts'
import { ERROR_TEXTS, writeErrorPages } from './errors.tsx'
import { createLayout } from './layouts.tsx'
import { routes } from './routes.ts'
import { createLayoutService } from './serve.ts'

const folder = mkdtempSync(join(tmpdir(), 'sv-layout-'))
const assets = await buildAssets({
  root: join(import.meta.dirname, '..'),
  out: join(folder, 'assets'),
  styles: STYLES,
  icon: join(import.meta.dirname, 'design/icon.svg'),
})
const layouts = routes.map((page) => createLayout(page, assets))
const service = createLayoutService(layouts, openLog('silent', 'layout')).callback()

test.after(() => rmSync(folder, { recursive: true, force: true }))

test('every page of the contract has a layout, whole and with the account in its header', () => {
  const contract = ['/', '/rates', '/help', '/sign-in', '/dashboard', '/payments', '/payments/new', '/payments/:id']
  for (const route of contract) {
    const layout = layouts.find(({ page }) => page.route === route)
    assert.match(layout?.whole() ?? '', /^<!doctype html><html lang="en">.*<main id="main".*<\/html>$/s, route)
    assert.match(layout?.whole() ?? '', '<!--# include virtual="/_i/auth/account" -->', route)
  }
})

test('top and bottom around a fragment are the whole page without it', () => {
  for (const layout of layouts) {
    for (const { src } of layout.includes) {
      const [top = '', bottom = ''] = [layout.top(src, false), layout.bottom(src)]
      const between = layout.whole().slice(top.length, layout.whole().length - bottom.length)
      assert.ok(layout.whole().startsWith(top) && layout.whole().endsWith(bottom), `${layout.page.route} around ${src}`)
      assert.match(between, /^<!--# include virtual="[^"]+" -->$/)
    }
  }
})

test('a problem is told first of all in the title', () => {
  const layout = layouts.find(({ page }) => page.route === '/payments/new')
  assert.match(layout?.top('/_/payments/create', true) ?? '', '<title>Error: New payment – Selvedge</title>')
  assert.match(layout?.failed('/_/payments/create') ?? '', '<!--# include virtual="/_fallback/payments/create" -->')
  assert.is(layout?.top('/_/rates/board', true), undefined)
})

test('inputs of the visitor stand as variables, so that one layout serves all', () => {
  const payments = layouts.find(({ page }) => page.route === '/payments')
  assert.match(payments?.whole() ?? '', '/_i/payments/list?state=$q_state&q=$q_q&cursor=$q_cursor')
})

test('the service knows its layouts and nothing else', async () => {
  const get = async (url: string) => (await inject(service, { url })).statusCode
  assert.is(await get('/_i/layout/home/whole'), 200)
  assert.is(await get('/_i/layout/payments-id/top/payments/detail?problem=1'), 200)
  assert.is(await get('/_i/layout/payments-id/bottom/payments/detail'), 200)
  assert.is(await get('/_i/layout/payments-id/failed/payments/detail'), 200)
  assert.is(await get('/_i/layout/payments-id/other/payments/detail'), 404)
  assert.is(await get('/_i/layout/payments-id/top/rates/board'), 404)
  assert.is(await get('/_i/layout/nothing/whole'), 404)
})

test('the same sources give the same bytes', () => {
  const again = routes.map((page) => createLayout(page, assets).whole())
  assert.equal(
    again,
    layouts.map((layout) => layout.whole()),
  )
})

test('every error of the edge has a page, a fragment and a problem document', () => {
  writeErrorPages(join(folder, 'errors'), assets)
  const files = readdirSync(join(folder, 'errors'))
  for (const status of [400, 401, 403, 404, 405, 413, 422, 429, 500, 502, 503, 504]) {
    const text = ERROR_TEXTS[status]
    assert.ok(text, `${status} has words`)
    for (const kind of ['html', 'fragment.html', 'json'])
      assert.ok(files.includes(`${status}.${kind}`), `${status}.${kind}`)
    const page = readFileSync(join(folder, 'errors', `${status}.html`), 'utf8')
    assert.match(page, `<h1>${text?.title}</h1>`)
    const directives = page.match(/<!--\s*#[^>]*>/g) ?? []
    assert.equal(directives, ['<!--# echo var="trace_id" default="" -->'])
    const problem = readFileSync(join(folder, 'errors', `${status}.json`), 'utf8').replace(/<!--[^>]*>/, '1f')
    assert.is(JSON.parse(problem).status, status)
  }
})

test('scripts and styles are within their budgets, compressed', () => {
  const weightOf = (name: RegExp) => assets.ledger.filter((asset) => name.test(asset.name)).map(({ brotli }) => brotli)
  assert.ok(Math.max(...weightOf(/^loader$/)) <= 600, `loader ${weightOf(/^loader$/)}`)
  const islands = weightOf(/^\/assets\/(?!vendor\/|icon)/)
  assert.ok(islands.length > 0 && Math.max(...islands) <= 2_000, `islands ${islands}`)
  assert.ok(Math.max(...weightOf(/vendor\/preact/)) + Math.max(...islands) <= 12_000, 'all scripts of a page')
})

test.run()
