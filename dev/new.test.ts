import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createFragment, readName } from './new.ts'

const root = mkdtempSync(join(tmpdir(), 'sv-new-'))
const read = (file: string) => readFileSync(join(root, file), 'utf8')

test.after(() => rmSync(root, { recursive: true, force: true }))

test('a name of a new folder, or of one more in a folder', () => {
  assert.equal(readName('tips'), { mfe: 'tips', name: 'tips', identifier: 'tips' })
  assert.equal(readName('payments/open-offers'), { mfe: 'payments', name: 'open-offers', identifier: 'openOffers' })
})

test('a name that cannot be is refused with what can', () => {
  assert.throws(() => readName(undefined), 'Which fragment? Write tips')
  for (const name of ['', 'Tips', 'tips/', '/tips', 'a/b/c', '../tips', '1tips', 'tips tips', 'x'.repeat(40)]) {
    assert.throws(() => readName(name), 'Write tips for a new folder')
  }
  assert.throws(() => readName('gateway'), 'part of the platform')
  assert.throws(() => readName('inner'), 'part of the platform')
  for (const name of ['tips/fragment', 'fragment', 'z', 'tips/test', 'tips/open-test-mfe']) {
    assert.throws(() => readName(name), 'is something else in the new files')
  }
  for (const word of ['new', 'payments/default', 'payments/await', 'payments/let']) {
    assert.throws(() => readName(word), 'a word of JavaScript')
  }
})

test('one more is exported in its place; nothing that is there is touched', () => {
  mkdirSync(join(root, 'fragments/loans'), { recursive: true })
  const entry = "/** Loans. */\nexport { apply } from './apply.tsx'\nexport { zero } from './zero.tsx'\n"
  writeFileSync(join(root, 'fragments/loans/fragment.tsx'), entry)
  const files = createFragment(root, readName('loans/offers'))
  assert.equal(files, ['fragments/loans/offers.tsx', 'fragments/loans/offers.test.ts', 'fragments/loans/fragment.tsx'])
  const lines = read('fragments/loans/fragment.tsx').split('\n')
  assert.equal(lines, [
    '/** Loans. */',
    "export { apply } from './apply.tsx'",
    "export { offers } from './offers.tsx'",
    "export { zero } from './zero.tsx'",
    '',
  ])
  assert.throws(() => createFragment(root, readName('loans/offers')), 'offers.tsx is there already')
  assert.throws(() => createFragment(root, readName('loans/zero')), 'exports zero already')
  writeFileSync(join(root, 'fragments/loans/rates.ts'), '')
  assert.throws(() => createFragment(root, readName('loans/rates')), 'rates.ts is there already')
  assert.equal(read('fragments/loans/fragment.tsx').split('\n'), lines)
})

test('a new folder has its entry, and its tag is its name', () => {
  createFragment(root, readName('tips'))
  assert.match(read('fragments/tips/fragment.tsx'), "export { tips } from './tips.tsx'")
  assert.match(read('fragments/tips/tips.tsx'), "tags: ['tips']")
  createFragment(root, readName('tips/of-the-day'))
  assert.match(read('fragments/tips/of-the-day.tsx'), "tags: ['tips:of-the-day']")
  assert.match(read('fragments/tips/of-the-day.tsx'), "fragment('/_/tips/of-the-day'")
})

test.run()
