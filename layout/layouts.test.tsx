import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import inject from 'light-my-request'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { buildAssets } from '#kit/build.ts'
import { openLog } from '#kit/log.ts'
import { loadMfes } from '../fragments/definitions.ts'
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
const fragments = (await loadMfes()).flatMap((mfe) => mfe.fragments)
const layouts = routes.map((page) => createLayout(page, assets, fragments))
const service = createLayoutService(layouts, openLog('silent', 'layout')).callback()

test.after(() => rmSync(folder, { recursive: true, force: true }))

test('every page of the contract has a layout, whole and with the bar and the bell in its header', () => {
  const contract = [
    '/',
    '/rates',
    '/help',
    '/sign-in',
    '/dashboard',
    '/payments',
    '/payments/new',
    '/payments/:id',
    '/notifications',
  ]
  for (const route of contract) {
    const layout = layouts.find(({ page }) => page.route === route)
    assert.match(layout?.whole() ?? '', /^<!doctype html><html lang="en">.*<main id="main".*<\/html>$/s, route)
    for (const part of ['header/bar', 'notifications/bell']) {
      assert.match(layout?.whole() ?? '', `<!--# include virtual="/_i/${part}?place=${layout?.page.id}" -->`, route)
    }
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
  const again = routes.map((page) => createLayout(page, assets, fragments).whole())
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

test('the head holds the styles of the page’s fragments, each once, inline or as a file', () => {
  const inline = layouts.find(({ page }) => page.route === '/payments/:id')
  assert.ok(inline?.styles.some(({ name }) => name === 'payments/steps.css'))
  for (const { css } of inline?.styles ?? []) assert.is(inline?.whole().split(`<style>${css}</style>`).length, 2)
  const large = { name: 'payments/steps.css', css: '', url: '/assets/payments/steps-1f.css', source: "'self'" }
  const styles = new Map([...assets.styles, [large.name, large]])
  const file = inline && createLayout(inline.page, { ...assets, styles }, fragments)
  assert.is(file?.whole().split('<link rel="stylesheet" href="/assets/payments/steps-1f.css"/>').length, 2)
})

test.run()
