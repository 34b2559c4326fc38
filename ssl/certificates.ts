import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import type { User } from '../machine/folder.ts'
import { makeAuthority, signLeaf } from './openssl.ts'

export type Certificates = {
  /** The authority's certificate, without its key: the file to trust. */
  authority: string
  /** The authority's name, as certificate managers show it. */
  name: string
  /** For nginx: one file holds both, so no crash can leave a key beside the certificate of another. */
  certificate: string
  key: string
  /** For `--ignore-certificate-errors-spki-list`. */
  fingerprint: string
  /** Whether servers that have the old certificate loaded must load it again. */
  renewed: boolean
}

/** What the certificate is for; the authority can sign for nothing else. */
export const names = ['localhost', 'app.example.com', '127.0.0.1', '::1']

const authorityDays = 730
const leafDays = 90
const day = 86_400_000

/**
 * Makes what is missing in a folder, renews what nears its end, and leaves the rest as it is. `owner` is the user that
 * nginx runs as, if not ours; only it and root can read the server's key, and only we the authority's.
 */
export function ensureCertificates(folder: string, owner?: User): Certificates {
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  const files = {
    signer: join(folder, 'authority.pem'),
    ca: join(folder, 'ca.pem'),
    server: join(folder, 'server.pem'),
  }

  // It outlives every certificate it signs.
  if (!isAuthorityFit(files.signer)) {
    writeWhole(files.signer, `${describe()}\n${makeAuthority(names, authorityDays)}`, 0o600)
  }
  const signer = readFileSync(files.signer, 'utf8')
  const authority = new X509Certificate(signer)
  if (read(files.ca) !== authority.toString()) writeWhole(files.ca, authority.toString(), 0o644)

  const renewed = !isLeafFit(files.server, authority)
  if (renewed) writeWhole(files.server, signLeaf(signer, names, leafDays), 0o600, owner)
  else if (owner) chownSync(files.server, owner.uid, owner.gid)

  const name = authority.subject.replace(/^CN=/, '')
  const fingerprint = spkiFingerprint(files.server)
  return { authority: files.ca, name, certificate: files.server, key: files.server, fingerprint, renewed }
}

/** SHA-256 of a certificate's public key, as `--ignore-certificate-errors-spki-list` of Chromium wants it. */
export function spkiFingerprint(file: string): string {
  const { publicKey } = new X509Certificate(readFileSync(file))
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64')
}

function isAuthorityFit(file: string): boolean {
  const pem = read(file)
  const certificate = parse(pem)
  return Boolean(certificate && pem.startsWith(describe()) && isFresh(certificate, leafDays + 1))
}

function isLeafFit(file: string, authority: X509Certificate): boolean {
  const leaf = parse(read(file))
  if (!leaf || !isFresh(leaf, 30)) return false
  if (!leaf.checkIssued(authority) || !leaf.verify(authority.publicKey)) return false
  return names.every((name) => (isIP(name) ? leaf.checkIP(name) : leaf.checkHost(name)))
}

// Text before the first block of a PEM file is a comment: Node.js shows no name constraints, so they are noted here.
function describe(): string {
  return `Selvedge development CA for ${names.join(', ')}`
}

function isFresh(certificate: X509Certificate, days: number): boolean {
  const begun = certificate.validFromDate.getTime() <= Date.now()
  return begun && certificate.validToDate.getTime() > Date.now() + days * day
}

/** The certificate in a PEM text, if its private key is there too and fits. */
function parse(pem: string): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(pem)
    return certificate.checkPrivateKey(createPrivateKey(pem)) ? certificate : undefined
  } catch {
    return undefined
  }
}

function read(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

function writeWhole(file: string, text: string, mode: number, owner?: User): void {
  const beside = `${file}.new`
  rmSync(beside, { force: true })
  writeFileSync(beside, text, { mode, flush: true })
  if (owner) chownSync(beside, owner.uid, owner.gid)
  renameSync(beside, file)
}
