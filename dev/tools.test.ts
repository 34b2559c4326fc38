/** `/_dev`, the switches, new fragments, and MFEs that are developed elsewhere. */
import { spawnSync } from 'node:child_process'
import { cpSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, join } from 'node:path'
import type { Page } from 'playwright-core'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { edit, planDevelopment, runDev } from './development.fixture.ts'

const plan = planDevelopment(test)
const TIPS = '/_dev/fragments/tips/tips'

test('every fragment is there with its declaration, alone and with its fallback, at a chosen width', async () => {
  const { page, context, complaints } = await plan.openVisitor()
  await page.goto('/_dev')
  await page.getByRole('link', { name: 'tips/tips' }).click()
  await page.getByRole('heading', { name: '/_/tips/tips' }).waitFor()
  const declared = await page.getByRole('region', { name: 'Declared' }).innerText()
  assert.match(declared, /fragments\/tips\/tips\.tsx:\d+/)
  assert.match(declared, '60 s, stale for 3600 s more')
  assert.match(declared, '2000 ms')
  await page.getByRole('link', { name: '10', exact: true }).click()
  const frame = page.frameLocator('iframe[title="As it answers"]')
  await frame.getByText('Line 10').waitFor()
  await page.getByLabel('Width').selectOption('768')
  await page.getByRole('button', { name: 'Show' }).click()
  await page.locator('iframe[width="768"]').first().waitFor()
  await frame.getByText('Line 10').waitFor()
  await page.frameLocator('iframe[title="Its fallback"]').getByText('This is taking a moment.').waitFor()
  assert.equal(complaints, [])
  await context.close()
})

test('what the visitor may not see says so; nothing else is told who asks', async () => {
  const { body } = await plan.dev.get('/_dev/alone/payments/recent')
  assert.match(body, /sign in/i)
  assert.is((await plan.dev.get('/_dev/fragments/payments/nothing')).status, 404)
  assert.is((await plan.dev.get('/_dev/companion', { 'x-development-secret': 'x' })).status, 405)
})

test('a fragment can be made slow, dead, half-sent and failing on its page, and well again', async () => {
  const { page, context } = await plan.openVisitor()
  for (const fault of ['slow', 'dead', 'failing', 'half-sent']) {
    await choose(page, fault)
    const { status, body } = await plan.dev.get('/tips')
    assert.is(status, 200, fault)
    assert.not.match(body, 'Line 3', fault)
    assert.is(body.includes('This is taking a moment.'), fault !== 'half-sent', fault)
    assert.match(body, /Tips for everybody.*<\/footer>.*<\/html>$/s, fault)
  }
  await choose(page, 'well')
  const { body, headers } = await plan.dev.get('/tips')
  assert.match(body, 'Line 3')
  await choose(page, 'dead')
  assert.is((await plan.dev.get('/tips', { 'if-none-match': String(headers.etag) })).status, 200)
  await choose(page, 'well')
  await context.close()
})

test('a new fragment works, is on the list without a start, and has a test that passes', async () => {
  const { folder } = plan.dev
  const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  const made = run('--import', './kit/tsx.ts', 'dev/new.ts', 'fragment', 'loans/open-offers')
  assert.is(made.status, 0, made.stderr)
  assert.match(made.stdout, 'fragments/loans/open-offers.tsx')
  await plan.dev.said(/loans\/.* changed · shown/)
  assert.match((await plan.dev.get('/_dev')).body, '/_dev/fragments/loans/open-offers')
  assert.match((await plan.dev.get('/_dev/alone/loans/open-offers?count=2')).body, 'Line 2')
  const tested = run('--import', './kit/tsx.ts', 'fragments/loans/open-offers.test.ts')
  assert.is(tested.status, 0, tested.stdout)
  assert.match(tested.stdout, /Passed: +2/)
  const formed = run('node_modules/@biomejs/biome/bin/biome', 'check', '--vcs-enabled=false', 'fragments/loans')
  assert.is(formed.status, 0, formed.stdout + formed.stderr)
  const again = run('--import', './kit/tsx.ts', 'dev/new.ts', 'fragment', 'loans/open-offers')
  assert.is(again.status, 1)
  assert.match(again.stderr, 'is there already')
})

test('one fragment is asked at another address, and here again', async () => {
  const elsewhere = createServer((_, res) => res.setHeader('content-type', 'text/html').end('<p>From elsewhere</p>'))
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
  const address = elsewhere.address()
  const port = typeof address === 'object' ? address?.port : 0
  const { page, context } = await plan.openVisitor()
  try {
    await override(page, 'example.com:80')
    await page.getByText('"example.com:80" is no address. Write it as 127.0.0.1:5000.').waitFor()
    await override(page, '192.0.2.1:80')
    await page.getByText('not on this machine').waitFor()
    await override(page, `127.0.0.1:${port}`)
    await page.getByText(`asked at 127.0.0.1:${port}`).waitFor()
    assert.match((await plan.dev.get('/tips')).body, 'From elsewhere')
    assert.not.match((await plan.dev.get('/')).body, 'From elsewhere')
    await override(page, '')
    await page.getByText('Now: well').waitFor()
    assert.match((await plan.dev.get('/tips')).body, 'Line 3')
  } finally {
    elsewhere.close()
    await context.close()
  }
})

test('one MFE of another checkout is developed inside the portal, for as long as it is there', async () => {
  const { folder, runDir } = plan.dev
  const other = join(dirname(folder), 'other')
  cpSync(folder, other, { recursive: true })
  assert.is(statSync(join(runDir, 'development.json')).mode & 0o777, 0o600)
  const only = runDev(other, ['--only', 'tips', '--portal', runDir])
  try {
    await only.said(/^ready /m)
    await plan.dev.said(/^tips is asked at 127\.0\.0\.1:\d+/m)
    const { page, context } = await plan.openVisitor()
    await page.goto('/tips')
    edit(other, 'fragments/tips/tips.tsx', 'Line $', 'Their line $')
    await page.getByText('Their line 3').waitFor()
    edit(other, 'fragments/tips/tips.tsx', '(lines) => (', '(lines) = > (')
    await page.getByRole('alert').waitFor()
    edit(other, 'fragments/tips/tips.tsx', '(lines) = > (', '(lines) => (')
    await page.getByRole('alert').waitFor({ state: 'detached' })
    only.process.kill('SIGKILL')
    await plan.dev.said(/^tips is asked here again/m)
    assert.match((await plan.dev.get('/tips')).body, '>Line 3')
    await context.close()
  } finally {
    await only.stop()
  }
})

test('what cannot be developed so is refused with what to write', async () => {
  const { folder, runDir } = plan.dev
  const refusals = [
    [['--only', 'nobody', '--portal', runDir], /There is no MFE "nobody"/],
    [['--only', 'tips', '--portal', '/nowhere'], /No portal in development runs in \/nowhere/],
    [['--only', 'tips'], /Inside which portal\?/],
    [['--override', 'tips'], /"tips" is no override. Write it as/],
    [['--override', 'tips=192.0.2.1:80'], /--any-address/],
  ] as const
  for (const [args, words] of refusals) {
    const program = runDev(folder, args)
    await program.said(words)
    await program.stop()
    assert.is(program.process.exitCode, 1)
  }
})

async function choose(page: Page, fault: string): Promise<void> {
  await page.goto(TIPS)
  await page.getByRole('radio', { name: new RegExp(`^${fault} `) }).check()
  await page.getByRole('button', { name: 'Make it so' }).click()
  await page.getByText(fault === 'well' ? 'Now: well' : `Now: made ${fault}`).waitFor()
}

async function override(page: Page, address: string): Promise<void> {
  await page.goto(TIPS)
  await page.getByLabel('Address').fill(address)
  await page.getByRole('button', { name: 'Ask there' }).click()
}

test.run()
