import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { describeFailure, sayReport } from './report.ts'

/** Inside the repository, so that its files count as ours; begins with a dot, so that nobody else sees it. */
const folder = mkdtempSync(join(import.meta.dirname, '.report-'))
const own = folder.split('/').slice(-2).join('/')

test.after(() => rmSync(folder, { recursive: true, force: true }))

async function failureOf(name: string, ...lines: string[]): Promise<unknown> {
  const file = join(folder, name)
  writeFileSync(file, lines.join('\n'))
  const error: unknown = await import(file).then(
    () => new Error('It loads.'),
    (cause: unknown) => cause,
  )
  return error
}

test('a file that cannot be parsed, in both languages', async () => {
  const tsx = describeFailure(await failureOf('syntax.tsx', 'const a = 1', 'export const b = <p>{</p>'))
  assert.equal(tsx.place, { file: `${own}/syntax.tsx`, line: 2, column: 23 })
  assert.match(tsx.frame, '> 2 | export const b = <p>{</p>')
  const ts = describeFailure(await failureOf('syntax.ts', 'const a = 1', 'export const b: = 3'))
  assert.equal(ts.place, { file: `${own}/syntax.ts`, line: 2, column: 17 })
})

test('an import of what is not there', async () => {
  const file = describeFailure(await failureOf('file.tsx', "import { a } from './nowhere.ts'", 'export const b = a'))
  assert.equal(file.place?.line, 1)
  assert.match(file.message, 'Cannot find module')
  writeFileSync(join(folder, 'known.ts'), 'export const known = 1')
  const name = describeFailure(
    await failureOf('name.tsx', '', '', "import { unknown } from './known.ts'", 'export const b = <p>{unknown}</p>'),
  )
  assert.equal([name.place?.file, name.place?.line], [`${own}/name.tsx`, 3])
  assert.match(name.message, "does not provide an export named 'unknown'")
})

test('what is thrown names the line as it was written, and the fragment that is known', async () => {
  const lines = [
    'interface A {',
    '  a: string',
    '}',
    'const a: A | undefined = undefined',
    '',
    'console.log(<p>{a.a}</p>)',
  ]
  const report = describeFailure(await failureOf('throws.tsx', ...lines), '/_/payments/recent')
  assert.is(report.place?.line, 6)
  const said = sayReport(report).split('\n')
  assert.match(said[1] ?? '', `/_/payments/recent  ${own}/throws.tsx:6:`)
  assert.match(said[2] ?? '', 'TypeError: Cannot read properties of undefined')
  assert.ok(said.some((line) => line.startsWith('> 6 | console.log')))
})

test('what is not an error, or not ours, is said without a place', () => {
  assert.equal(describeFailure('no'), { message: 'no', fragment: undefined, place: undefined, frame: '' })
  const strange = new Error('far away')
  strange.stack = 'Error: far away\n    at x (/usr/lib/x.js:1:1)'
  assert.is(describeFailure(strange).place, undefined)
  assert.match(describeFailure(new Error('up', { cause: new Error('down') })).message, 'up Because: down')
})

test.run()
