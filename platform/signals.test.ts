import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

/** Says when it listens and when it was asked, and then takes its time until it ends with 0. */
const PROGRAM = `
import { awaitSignal } from ${JSON.stringify(join(import.meta.dirname, 'signals.ts'))}
const signal = awaitSignal()
console.log('listens')
setTimeout(() => {}, 60_000)
await signal.asked
process.on('SIGUSR2', () => process.exit(signal.came() ? 0 : 2))
console.log('asked')
`

async function start(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await heard(child, 'listens')
  return child
}

async function heard(child: ChildProcess, word: string): Promise<void> {
  for (let text = ''; !text.includes(word); ) {
    const [chunk] = child.stdout ? await once(child.stdout, 'data') : []
    text += String(chunk)
  }
}

test('a signal that comes twice at once is one: npm passes on what the terminal has sent', async () => {
  const child = await start()
  child.kill('SIGINT')
  child.kill('SIGINT')
  child.kill('SIGTERM')
  await heard(child, 'asked')
  child.kill('SIGUSR2')
  const [code] = await once(child, 'exit')
  assert.is(code, 0)
})

test('who asks again later does not wait', async () => {
  const child = await start()
  child.kill('SIGINT')
  await heard(child, 'asked')
  const again = setInterval(() => child.kill('SIGINT'), 100)
  const [code] = await once(child, 'exit')
  clearInterval(again)
  assert.is(code, 1)
})

test.run()
