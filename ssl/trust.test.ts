import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { findCommand } from '../machine/command.ts'
import { portOf } from '../machine/ports.ts'
import { type Scratch, withScratch } from '../machine/scratch.ts'
import { ensureCertificates } from './certificates.ts'
import { signLeaf } from './openssl.ts'
import { browserStore } from './stores.ts'
import { distrust, trust } from './trust.ts'

const trusting = suite('ssl/trust')
const chromium = findCommand('chromium') ?? findCommand('google-chrome')

trusting(
  'a CA is added once, says so, and is taken back with those it replaced',
  withScratch(({ folder, run }) => {
    const store = browserStore(folder)
    const ssl = join(run.path, 'ssl')
    const first = ensureCertificates(ssl, run.user)
    assert.match(trust(first, [store])[0] ?? '', /^Chromium: added "Selvedge development CA .*nssdb/)
    assert.match(trust(first, [store])[0] ?? '', /^Already there/)
    assert.ok(store.has(first.name))

    rmSync(join(ssl, 'authority.pem'))
    const second = ensureCertificates(ssl, run.user)
    assert.match(trust(second, [store]).join('\n'), new RegExp(`added "${second.name}".*\n.*removed "${first.name}"`))
    assert.not(store.has(first.name))
    assert.ok(store.has(second.name))

    assert.match(distrust(second.authority, [store]).join(), new RegExp(`removed "${second.name}"`))
    assert.not(store.has(second.name))
    assert.not(existsSync(join(ssl, 'trusted')))
    assert.match(distrust(second.authority, [store]).join(), /Nothing to remove/)
  }),
)

if (chromium && process.platform === 'linux') {
  trusting(
    'Chromium accepts the certificate once the CA is trusted, and nothing the CA signs for other names',
    withScratch(async (scratch) => {
      const { folder, run } = scratch
      const certificates = ensureCertificates(join(run.path, 'ssl'), run.user)
      const url = await serve(scratch, readFileSync(certificates.certificate, 'utf8'))
      assert.not.match(await visit(folder, url('localhost')), /It works/)

      trust(certificates, [browserStore(folder)])
      const sixth = networkInterfaces().lo?.some(({ address }) => address === '::1') ? ['[::1]'] : []
      for (const name of ['localhost', '127.0.0.1', 'app.example.com', ...sixth]) {
        assert.match(await visit(folder, url(name)), /It works/, name)
      }

      const stolen = readFileSync(join(run.path, 'ssl', 'authority.pem'), 'utf8')
      const forged = await serve(scratch, signLeaf(stolen, ['bank.example.com'], 30))
      assert.not.match(await visit(folder, forged('bank.example.com')), /It works/)
    }),
  )

  trusting(
    'Chromium accepts it untrusted when told the fingerprint of its key',
    withScratch(async (scratch) => {
      const certificates = ensureCertificates(join(scratch.run.path, 'ssl'), scratch.run.user)
      const url = await serve(scratch, readFileSync(certificates.certificate, 'utf8'))
      const flag = `--ignore-certificate-errors-spki-list=${certificates.fingerprint}`
      assert.match(await visit(scratch.folder, url('localhost'), flag), /It works/)
    }),
  )
}

async function serve({ later }: Scratch, pem: string): Promise<(name: string) => string> {
  const server = createServer({ key: pem, cert: pem }, (_, response) => response.end('<p>It works'))
  // No host: all addresses of either family, so that ::1 answers where there is IPv6 and nothing fails where not.
  await new Promise<void>((resolve) => server.listen(0, resolve))
  const port = portOf(server)
  later(() => server.closeAllConnections())
  later(() => server.close())
  return (name) => `https://${name}:${port}/`
}

/** What a headless Chromium with its home in this folder shows at an address. */
async function visit(home: string, url: string, ...flags: string[]): Promise<string> {
  const profile = join(home, 'profile')
  mkdirSync(profile, { recursive: true })
  const quiet = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking']
  const names = '--host-resolver-rules=MAP *.example.com 127.0.0.1'
  const args = [...quiet, names, `--user-data-dir=${profile}`, ...flags, '--dump-dom', url]
  const child = spawn(chromium ?? '', args, {
    env: { ...process.env, HOME: home },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000)
  let shown = ''
  for await (const chunk of child.stdout) shown += chunk
  clearTimeout(timer)
  return shown
}

trusting.run()
