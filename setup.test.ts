import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const folder = mkdtempSync(join(tmpdir(), 'sv-setup-'))
const own = join(folder, 'node_modules/.bin/node')
const systems = join(folder, 'bin/node')

test.before(() => {
  copyFileSync(join(import.meta.dirname, 'setup'), join(folder, 'setup'))
  writeFileSync(join(folder, 'package-lock.json'), '{}')
  // Nothing is missing, nobody is root, and the modules are newer than the lock file: there is nothing to install.
  for (const name of ['nginx', 'openssl', 'initdb', 'apt-get']) writeProgram(join(folder, 'bin', name), '')
  writeProgram(join(folder, 'bin/id'), 'echo 1000')
  for (const name of ['.no-brotli', '.package-lock.json']) writeFile(join(folder, 'node_modules', name), '')
})
test.after(() => rmSync(folder, { recursive: true, force: true }))
test.before.each(() => rmSync(own, { force: true }))

function writeFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

function writeProgram(path: string, script: string): void {
  writeFile(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
}

function setup() {
  const env = { ...process.env, PATH: `${join(folder, 'bin')}:/usr/bin:/bin` }
  return spawnSync('./setup', ['start'], { cwd: folder, env, encoding: 'utf8' })
}

test('the Node.js that npm brings is enough, beside an older one', () => {
  writeProgram(systems, 'echo v20.19.0')
  writeProgram(own, 'echo v24.1.0')
  const { status, stdout, stderr } = setup()
  assert.equal([status, stdout, stderr], [0, '', ''])
})

test('where npm brings none, the system’s is enough if it is new', () => {
  writeProgram(systems, 'echo v26.0.0')
  assert.is(setup().status, 0)
})

test('where neither is enough, it says what to do', () => {
  writeProgram(systems, 'echo v22.3.0')
  const { status, stderr } = setup()
  assert.is(status, 1)
  assert.match(stderr, 'the one here is v22.3.0')
  assert.match(stderr, 'Install version 24 or newer: https://nodejs.org')
})

test('where the one that npm brought does not run, it says how to be rid of it', () => {
  writeProgram(systems, 'echo v24.1.0')
  writeProgram(own, 'exit 127')
  const { status, stderr } = setup()
  assert.is(status, 1)
  assert.match(stderr, 'the Node.js that npm brought does not run')
  assert.match(stderr, 'rm node_modules/.bin/node')
})

test.run()
