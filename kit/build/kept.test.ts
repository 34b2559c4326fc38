import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { keep } from './kept.ts'

const made: string[] = []
const source = randomUUID()

test.after(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

function make(from: string, text: string, maker = import.meta.filename): Promise<string> {
  return keep(maker, from, async (folder) => {
    made.push(folder)
    writeFileSync(join(folder, 'it.txt'), text)
  }).then((folder) => {
    made.push(folder)
    return folder
  })
}

test('what is there is not made again, unless its source or its maker has changed', async () => {
  const first = await make(source, 'first')
  assert.is(await make(source, 'second'), first)
  assert.is(readFileSync(join(first, 'it.txt'), 'utf8'), 'first')
  assert.is.not(await make(`${source} changed`, 'third'), first)
  assert.is.not(await make(source, 'fourth', join(import.meta.dirname, 'kept.ts')), first)
})

test('two who make the same at once both get it, whole', async () => {
  const [one, other] = await Promise.all([make(`${source} twice`, 'same'), make(`${source} twice`, 'same')])
  assert.is(one, other)
  assert.is(readFileSync(join(one, 'it.txt'), 'utf8'), 'same')
})

test('what fails leaves nothing behind', async () => {
  let aside = ''
  const failing = keep(import.meta.filename, `${source} fails`, async (folder) => {
    aside = folder
    throw new Error('no space')
  })
  const reason = await failing.catch((error: Error) => error.message)
  assert.is(reason, 'no space')
  assert.not.ok(existsSync(aside))
})

test.run()
