/** What a developer sees of a change: in pages that are open, and in the terminal. */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { copyRepository, edit, planDevelopment, removeCopy, startDevelopment } from './development.fixture.ts'

const plan = planDevelopment(test)
const FRAGMENT = 'fragments/tips/tips.tsx'

function change(from: string, to: string, file = FRAGMENT): void {
  edit(plan.dev.folder, file, from, to)
}

test('a change of a fragment shows in open pages, and what was typed stays', async () => {
  const { page, context, complaints } = await plan.openVisitor()
  await page.goto('/tips')
  await page.getByLabel('Note').fill('half a sentence')
  await page.getByLabel('Secret').fill('hunter2')
  await page.getByLabel('Note').focus()
  await page.evaluate(() => document.querySelector<HTMLInputElement>('#note')?.setSelectionRange(5, 7))
  change('Line $', 'Tip $')
  await page.getByText('Tip 3').waitFor()
  assert.match(await plan.dev.said(/^tips\/tips.tsx changed.*/m), / · shown in \d+ ms$/)
  // The page is shown as it streams in; what was typed is put back once it is whole.
  await page.waitForFunction(() => document.activeElement?.id === 'note')
  assert.is(await page.getByLabel('Note').inputValue(), 'half a sentence')
  assert.is(await page.getByLabel('Secret').inputValue(), '', 'a password is kept nowhere')
  const focus = await page.evaluate(() => {
    const field = document.activeElement
    return field instanceof HTMLInputElement && [field.id, field.selectionStart, field.selectionEnd]
  })
  assert.equal(focus, ['note', 5, 7])
  assert.equal(complaints, [])
  await context.close()
})

test('a change that the edge must know of, too: a declaration, a style, a page', async () => {
  const { page, context, complaints } = await plan.openVisitor()
  await page.goto('/tips')
  change('.default(3)', '.default(4)')
  await page.getByText('Tip 4').waitFor()
  change("timeout: '2s'", "timeout: '3s'")
  await plan.dev.said(/changed · shown/)
  change('border-top: 2px solid', 'border-top: 7px solid', 'layout/design/card.css')
  await page.waitForFunction(() => {
    const card = document.querySelector('.card')
    return card && getComputedStyle(card).borderTopWidth === '7px'
  })
  change('Tips for everybody', 'Tips for you', 'layout/pages/tips.tsx')
  await page.getByRole('heading', { name: 'Tips for you' }).waitFor()
  assert.equal(complaints, [])
  await context.close()
})

test('what cannot be parsed leaves the page standing, and says fragment, file and line', async () => {
  const { page, context } = await plan.openVisitor()
  await page.goto('/tips')
  change('render: (lines) => (', 'render: (lines) = > (')
  const problem = page.getByRole('alert')
  await problem.waitFor()
  const words = await problem.innerText()
  assert.match(words, '/_/tips/tips')
  assert.match(words, /fragments\/tips\/tips\.tsx:\d+:\d+/)
  assert.match(words, 'render: (lines) = > (')
  await plan.dev.said(/\/_\/tips\/tips {2}fragments\/tips\/tips\.tsx:\d+:\d+/)
  assert.match((await plan.dev.get('/tips')).body, 'Tip 3')
  await page.reload()
  await problem.waitFor()
  change('render: (lines) = > (', 'render: (lines) => (')
  await problem.waitFor({ state: 'detached' })
  await context.close()
})

test('what is refused as a definition, or is not there, is said in the same way', async () => {
  change("tags: ['tips']", "tags: ['tips:{nobody}']")
  await plan.dev.said(/\/_\/tips\/tips {2}fragments\/tips\/tips\.tsx:\d+:\d+\nDefinitionError: .*names "nobody"/)
  change("tags: ['tips:{nobody}']", "tags: ['tips']")
  await plan.dev.said(/changed · shown/)
  change("from './tips.tsx'", "from './trips.tsx'", 'fragments/tips/fragment.tsx')
  await plan.dev.said(/fragments\/tips {2}fragments\/tips\/fragment\.tsx:\d+:\d+\n.*Cannot find module/)
  change("from './trips.tsx'", "from './tips.tsx'", 'fragments/tips/fragment.tsx')
  await plan.dev.said(/changed · shown/)
  assert.is((await plan.dev.get('/tips')).status, 200)
})

test('a fragment that throws says so in its place, and the rest of the page stands', async () => {
  const { page, context, complaints } = await plan.openVisitor()
  await page.goto('/tips')
  change('lines.map((line)', 'lines.at(99).map((line)')
  const notice = page.locator('[data-dev-fault="/_/tips/tips"]')
  await notice.waitFor()
  const words = await notice.innerText()
  assert.match(words, /fragments\/tips\/tips\.tsx:\d+:\d+/)
  assert.match(words, 'TypeError')
  assert.match(words, 'lines.at(99)')
  await page.getByRole('heading', { name: 'Tips for you' }).waitFor()
  await plan.dev.said(/\/_\/tips\/tips {2}fragments\/tips\/tips\.tsx:\d+:\d+\nTypeError/)
  const direct = await plan.dev.get('/_/tips/tips')
  assert.is(direct.status, 500)
  assert.match(direct.body, 'lines.at(99)')
  change('lines.at(99).map', 'lines.map')
  await page.getByText('Tip 3').waitFor()
  assert.equal(complaints, [])
  await context.close()
})

test('a loop without an end, where it starts or where it answers, is over with the next change', async () => {
  change('export const tips', 'for (;;) {}\nexport const tips')
  await plan.dev.said(/starting for 10 seconds. If a loop has no end, mend it/)
  assert.is((await plan.dev.get('/tips')).status, 200, 'the services from before go on')
  change('for (;;) {}\n', '')
  await plan.dev.said(/changed · shown/)
  change('load: ({ count }) =>', 'load: ({ count }) => count === 7 ? (() => { for (;;) {} })() :')
  await plan.dev.said(/changed · shown/)
  await plan.dev.get('/_/tips/tips?count=7')
  change(' count === 7 ? (() => { for (;;) {} })() :', '')
  await plan.dev.said(/changed · shown/)
  assert.is((await plan.dev.get('/_/tips/tips?count=7')).status, 200)
})

test('a portal that is broken from the start is there when it is mended', async () => {
  const folder = copyRepository()
  edit(folder, 'layout/pages/tips.tsx', "access: 'public'", "access: 'public")
  const dev = await startDevelopment(folder)
  try {
    await dev.said(/layout\/pages\/tips\.tsx:\d+:\d+\n.*Unterminated/)
    edit(folder, 'layout/pages/tips.tsx', "access: 'public", "access: 'public'")
    await dev.said(/^ready .*\/_dev$/m)
    assert.match((await dev.get('/tips')).body, 'Line 3')
  } finally {
    await dev.stop()
    removeCopy(folder)
  }
})

test.run()
