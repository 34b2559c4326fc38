import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const folder = mkdtempSync(join(tmpdir(), 'sv-setup-'))
const own = join(folder, 'node_modules/.bin/node')
const systems = join(folder, 'bin/node')

test.before(() => {
  // A machine of its own: what this one has installed is not found, and nothing of it is changed.
  const script = readFileSync(join(import.meta.dirname, 'setup'), 'utf8')
  writeProgram(join(folder, 'setup'), script.replaceAll(/\/(usr|etc|lib)\//g, `${folder}/$1/`))
  for (const name of ['usr/sbin', 'etc']) mkdirSync(join(folder, name), { recursive: true })
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
  writeFile(path, script.startsWith('#!') ? script : `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
}

function setup(...words: string[]) {
  const env = { ...process.env, PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, HOMEBREW_PREFIX: folder }
  return spawnSync('./setup', words.length > 0 ? words : ['start'], { cwd: folder, env, encoding: 'utf8' })
}

/** What a program that did nothing was called with. */
function writeWitness(name: string, also = ''): void {
  writeProgram(join(folder, 'bin', name), `echo ${name} "$@" >>${join(folder, 'calls')}\n${also}`)
}

function takeCalls(): string {
  const file = join(folder, 'calls')
  const calls = existsSync(file) ? readFileSync(file, 'utf8') : ''
  rmSync(file, { force: true })
  return calls
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

test('a cluster needs RabbitMQ, the tests too, a start does not', () => {
  writeProgram(systems, 'echo v24.1.0')
  writeProgram(join(folder, 'bin/uname'), 'echo Darwin')
  assert.is(setup('start').stderr, '')
  assert.match(setup('cluster').stderr, 'missing: rabbitmq-server. Run: brew install rabbitmq\n')
  assert.match(setup('test').stderr, /missing: rabbitmq-server.* Run: brew install rabbitmq/)
  writeProgram(join(folder, 'opt/rabbitmq/sbin/rabbitmq-server'), '')
  assert.is(setup('cluster').status, 0)
  rmSync(join(folder, 'opt'), { recursive: true })
  rmSync(join(folder, 'bin/uname'))
})

test('RabbitMQ is installed without its services, now and at the next boot', () => {
  const policy = join(folder, 'usr/sbin/policy-rc.d')
  writeWitness(
    'apt-get',
    `case "$*" in *install*) ${policy} rabbitmq-server start || echo refused $? >>${folder}/calls ;; esac`,
  )
  for (const name of ['systemctl', 'update-rc.d']) writeWitness(name)
  assert.is(setup('install', 'rabbitmq-server', '', '').status, 0)
  assert.match(
    takeCalls(),
    /install rabbitmq-server\nrefused 101\nupdate-rc.d rabbitmq-server disable\nsystemctl disable epmd.service\nsystemctl disable epmd.socket\n$/,
  )
  assert.not(existsSync(policy))

  writeFile(join(folder, 'lib/systemd/system/epmd.socket'), '')
  setup('install', 'rabbitmq-server', '', '')
  assert.not.match(takeCalls(), 'epmd')
})

test('what it does not know, it says', () => {
  assert.match(setup('everything').stderr, 'Run: ./setup start, ./setup cluster, or ./setup test')
})

test.run()
