import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { watchSources } from './watch.ts'

const root = mkdtempSync(join(tmpdir(), 'sv-watch-'))
const heard = new Set<string>()
mkdirSync(join(root, 'fragments/rates'), { recursive: true })
write('fragments/rates/board.tsx')
const stop = watchSources(root, ['fragments', 'nowhere'], (files) => {
  for (const file of files) heard.add(file)
})

test.before.each(() => heard.clear())
test.after(() => {
  stop()
  rmSync(root, { recursive: true, force: true })
})

function write(file: string): void {
  writeFileSync(join(root, file), String(Math.random()))
}

async function hears(file: string): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!heard.has(file)) {
    if (Date.now() > deadline) throw new Error(`${file} was not heard of, only ${[...heard]}`)
    await sleep(5)
  }
}

test('a file that is written, replaced or removed', async () => {
  write('fragments/rates/board.tsx')
  await hears('fragments/rates/board.tsx')
  for (let times = 0; times < 3; times++) {
    heard.clear()
    write('fragments/rates/board.tsx~')
    renameSync(join(root, 'fragments/rates/board.tsx~'), join(root, 'fragments/rates/board.tsx'))
    await hears('fragments/rates/board.tsx')
  }
  heard.clear()
  rmSync(join(root, 'fragments/rates/board.tsx'))
  await hears('fragments/rates/board.tsx')
})

test('a folder that is new, or made anew, with what was in it at once', async () => {
  for (let times = 0; times < 2; times++) {
    mkdirSync(join(root, 'fragments/tips/parts'), { recursive: true })
    write('fragments/tips/fragment.tsx')
    write('fragments/tips/parts/line.tsx')
    await hears('fragments/tips/fragment.tsx')
    await hears('fragments/tips/parts/line.tsx')
    heard.clear()
    write('fragments/tips/parts/line.tsx')
    await hears('fragments/tips/parts/line.tsx')
    rmSync(join(root, 'fragments/tips'), { recursive: true })
    await hears('fragments/tips/fragment.tsx')
    heard.clear()
  }
})

test('tests and what editors leave behind are no sources', async () => {
  for (const file of ['rates.test.ts', 'rates.fixture.ts', '.board.tsx.swp', 'board.tsx~', '#board.tsx#', '4913']) {
    write(`fragments/rates/${file}`)
  }
  write('fragments/rates/last.css')
  await hears('fragments/rates/last.css')
  assert.equal([...heard], ['fragments/rates/last.css'])
})

test.run()
