import { spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { User } from '../machine/folder.ts'
import { withScratch } from '../machine/scratch.ts'
import { ensureCertificates, names, spkiFingerprint } from './certificates.ts'
import { makeAuthority, signLeaf } from './openssl.ts'

const certificates = suite('ssl/certificates')

certificates(
  'the certificate is for our names, at most 90 days, and openssl accepts it for each',
  withFolder((folder) => {
    const made = ensureCertificates(folder)
    const leaf = new X509Certificate(readFileSync(made.certificate))
    const days = (leaf.validToDate.getTime() - leaf.validFromDate.getTime()) / 86_400_000
    assert.ok(days > 80 && days <= 90)
    for (const name of names) assert.is(verify(made.authority, made.certificate, name), 'OK', name)
    assert.not.equal(verify(made.authority, made.certificate, 'evil.example.com'), 'OK')
    assert.match(made.name, /^Selvedge development CA [0-9a-f]{6} \d{4}-\d\d-\d\d$/)
    assert.is(made.fingerprint, spkiFingerprint(made.certificate))
  }),
)

certificates(
  'the authority cannot vouch for another name, another address, or another authority',
  withFolder((folder) => {
    const { authority } = ensureCertificates(folder)
    const signer = readFileSync(join(folder, 'authority.pem'), 'utf8')
    for (const name of ['example.com', 'evil.test', '10.0.0.1', '::2']) {
      const leaf = join(folder, 'other.pem')
      writeFileSync(leaf, signLeaf(signer, [name], 30))
      assert.match(verify(authority, leaf, name), /permitted subtree violation/, name)
    }
    const text = spawnSync('openssl', ['x509', '-in', authority, '-noout', '-text'], { encoding: 'utf8' }).stdout
    assert.match(text, /Basic Constraints: critical\s+CA:TRUE, pathlen:0/)
    assert.match(text, /Name Constraints: critical/)
  }),
)

certificates(
  'a second call changes nothing',
  withFolder((folder) => {
    const first = ensureCertificates(folder)
    const second = ensureCertificates(folder)
    assert.ok(first.renewed)
    assert.equal(second, { ...first, renewed: false })
  }),
)

certificates(
  'keys are for their owner only, and no key is in the file to trust',
  withFolder((folder, user) => {
    const made = ensureCertificates(folder, user)
    const again = ensureCertificates(folder, user)
    assert.not(again.renewed)
    assert.is(statSync(made.key).mode & 0o777, 0o600)
    assert.is(statSync(made.key).uid, user?.uid ?? process.getuid?.())
    assert.is(statSync(join(folder, 'authority.pem')).mode & 0o777, 0o600)
    assert.is(statSync(join(folder, 'authority.pem')).uid, process.getuid?.())
    assert.not.match(readFileSync(made.authority, 'utf8'), /PRIVATE/)
    assert.equal(readKeyFiles(folder), ['authority.pem', 'server.pem'])
  }),
)

certificates(
  'a certificate with less than 30 days, of another authority, or with names missing is renewed',
  withFolder((folder) => {
    const { authority, certificate } = ensureCertificates(folder)
    const signer = readFileSync(join(folder, 'authority.pem'), 'utf8')
    const unfit = {
      old: signLeaf(signer, names, 29),
      foreign: signLeaf(makeAuthority(names, 100), names, 90),
      narrow: signLeaf(signer, names.slice(1), 90),
      torn: readFileSync(certificate, 'utf8').slice(0, 400),
      mismatched: mismatch(signer),
    }
    for (const [why, pem] of Object.entries(unfit)) {
      writeFileSync(certificate, pem)
      assert.ok(ensureCertificates(folder).renewed, why)
      assert.is(verify(authority, certificate, 'localhost'), 'OK', why)
    }
  }),
)

certificates(
  'an authority that would end before its certificates is made anew, with all that follows',
  withFolder((folder) => {
    const first = ensureCertificates(folder)
    const file = join(folder, 'authority.pem')
    const [heading = ''] = readFileSync(file, 'utf8').split('\n')
    for (const pem of [`${heading}\n${makeAuthority(names, 90)}`, makeAuthority(names, 700), 'torn']) {
      writeFileSync(file, pem)
      const next = ensureCertificates(folder)
      assert.ok(next.renewed)
      assert.is.not(next.name, first.name)
      assert.is(verify(next.authority, next.certificate, 'localhost'), 'OK')
    }
    rmSync(first.authority)
    assert.ok(existsSync(ensureCertificates(folder).authority))
  }),
)

function mismatch(signer: string): string {
  const [one, two] = [signLeaf(signer, names, 90), signLeaf(signer, names, 90)]
  const cut = '-----BEGIN CERTIFICATE-----'
  return `${one.split(cut)[0]}${cut}${two.split(cut)[1]}`
}

function verify(authority: string, leaf: string, name: string): string {
  const target = /^[\d.]+$|:/.test(name) ? ['-verify_ip', name] : ['-verify_hostname', name]
  const args = ['verify', '-purpose', 'sslserver', '-no-CApath', '-CAfile', authority, ...target, leaf]
  const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' })
  return status === 0 ? 'OK' : stderr
}

function readKeyFiles(folder: string): string[] {
  const { stdout } = spawnSync('grep', ['-rl', 'PRIVATE', '.'], { cwd: folder, encoding: 'utf8' })
  return stdout.trim().replaceAll('./', '').split('\n').sort()
}

function withFolder(test: (folder: string, user: User | undefined) => void): () => Promise<void> {
  return withScratch(({ run }) => test(join(run.path, 'ssl'), run.user))
}

certificates.run()
