import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Island, type Trigger } from '../island.tsx'
import { openLab } from '../lab.fixture.ts'
import { openLabSite } from './site.fixture.ts'

interface Named {
  readonly name: string
}

/** Says with an attribute that it lives. */
const ALIVE = `import { useEffect, useState } from 'preact/hooks'
import { island } from '#kit/island.tsx'

export default island(import.meta, Alive)

function Alive({ name }: { name: string }) {
  const [alive, setAlive] = useState(false)
  useEffect(() => setAlive(true), [])
  return <form id={name} data-alive={alive}><input aria-label={name} /><button type="button">Go</button></form>
}`

/** A form that works without scripts, and fails in the browser as \`failure\` says. */
const fails = (outside: string, inside: string) => `import { useEffect, useState } from 'preact/hooks'
import { island } from '#kit/island.tsx'
const browser = typeof document !== 'undefined'
${outside}
export default island(import.meta, Failing)

function Failing({ name }: { name: string }) {
  const [pressed, press] = useState(false)
  ${inside}
  return <form id={name} action="/works"><button type="button" onClick={() => press(true)}>{pressed ? 'Pressed' : 'Press'}</button></form>
}`

const lab = openLab({
  'fragments/lab/alive.island.tsx': ALIVE,
  'fragments/lab/at-import.island.tsx': fails(`if (browser) throw new Error('at import')`, ''),
  'fragments/lab/at-hydration.island.tsx': fails('', `if (browser) throw new Error('at hydration')`),
  'fragments/lab/in-effect.island.tsx': fails('', `useEffect(() => { throw new Error('in effect') }, [])`),
  'fragments/lab/later.island.tsx': fails('', `if (pressed) throw new Error('later')`),
})
const assets = await lab.build()
const alive = await lab.load<Named>('fragments/lab/alive.island.tsx')
const site = await openLabSite(lab, assets)

test.after(async () => {
  await site.close()
  lab.close()
})

const Alive = ({ name, when }: { name: string; when: Trigger }) => <Island of={alive} when={when} props={{ name }} />

test('load, idle and visible need nobody', async () => {
  const { page, errors, close } = await site.visit([
    <Alive key="1" name="load" when="load" />,
    <Alive key="2" name="idle" when="idle" />,
    <Alive key="3" name="visible" when="visible" />,
  ])
  for (const name of ['load', 'idle', 'visible']) await page.locator(`#${name}[data-alive=true]`).waitFor()
  assert.equal(errors, [])
  await close()
})

test('what is far down is fetched when it comes into view', async () => {
  const { page, scripts, settle, close } = await site.visit([
    <svg key="1" width="10" height="3000" display="block" />,
    <Alive key="2" name="visible" when="visible" />,
  ])
  await settle()
  assert.equal(scripts, [])
  await page.mouse.wheel(0, 3000)
  await page.locator('#visible[data-alive=true]').waitFor()
  await close()
})

test('touch waits for a pointer or the focus', async () => {
  for (const act of ['focus', 'click'] as const) {
    const { page, scripts, settle, close } = await site.visit(<Alive name="touch" when="touch" />)
    await settle()
    assert.equal(scripts, [])
    if (act === 'focus') await page.keyboard.press('Tab')
    else await page.getByRole('button').click()
    await page.locator('#touch[data-alive=true]').waitFor()
    await close()
  }
})

test('a media query waits until it fits', async () => {
  const { page, scripts, settle, close } = await site.visit([
    <Alive key="1" name="wide" when="(min-width: 800px)" />,
    <Alive key="2" name="narrow" when="(max-width: 799px)" />,
  ])
  await page.locator('#narrow[data-alive=true]').waitFor()
  await settle()
  assert.is(await page.locator('#wide').getAttribute('data-alive'), 'false')
  const before = scripts.length
  await page.setViewportSize({ width: 900, height: 400 })
  await page.locator('#wide[data-alive=true]').waitFor()
  assert.is(scripts.length, before, 'one module for all places of an island')
  await close()
})

test('who saves data, or has a slow line, gets scripts at a touch only', async () => {
  for (const connection of [{ saveData: true }, { effectiveType: '2g' }, { effectiveType: 'slow-2g' }]) {
    const triggers: Trigger[] = ['load', 'idle', 'visible', '(min-width: 100px)', 'touch']
    const { page, scripts, settle, close } = await site.visit(
      triggers.map((when, index) => <Alive key={when} name={`island-${index}`} when={when} />),
      { connection },
    )
    await settle()
    assert.equal(scripts, [], JSON.stringify(connection))
    await page.getByLabel('island-0').focus()
    await page.locator('#island-0[data-alive=true]').waitFor()
    assert.is(await page.locator('[data-alive=true]').count(), 1)
    await close()
  }
})

test('an island that fails leaves its own HTML, all others and one error', async () => {
  for (const failure of ['at-import', 'at-hydration', 'in-effect', 'later']) {
    const failing = await lab.load<Named>(`fragments/lab/${failure}.island.tsx`)
    const { page, errors, settle, close } = await site.visit([
      <Island key="1" of={failing} when="load" props={{ name: 'failing' }} />,
      <Alive key="2" name="other" when="load" />,
    ])
    await page.locator('#other[data-alive=true]').waitFor()
    await settle()
    if (failure === 'later') {
      assert.equal(errors, [])
      await page.getByRole('button', { name: 'Press' }).click()
      await page.waitForFunction(() => !document.body.textContent?.includes('Pressed'))
      await settle()
    }
    assert.is(await page.locator('#failing[action="/works"]').innerText(), 'Press', failure)
    assert.equal(errors, [failure.replace('-', ' ')], `${failure}: told once`)
    await page.getByRole('button', { name: 'Go' }).click()
    await close()
  }
})

test('a module that does not come is asked for again at the next touch', async () => {
  const { page, errors, settle, close } = await site.visit(<Alive name="touch" when="touch" />)
  await page.route('**/lab/alive-*.js', (route) => route.abort(), { times: 1 })
  await page.getByLabel('touch').focus()
  await settle()
  assert.is(await page.locator('#touch').getAttribute('data-alive'), 'false')
  assert.ok(errors.length > 0)
  await page.getByRole('button').click()
  await page.locator('#touch[data-alive=true]').waitFor()
  await close()
})

test.run()
