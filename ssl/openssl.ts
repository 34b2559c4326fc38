import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { isIPv4, isIPv6 } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { needCommand } from '../machine/command.ts'

/**
 * Makes an authority that can only ever vouch for these names, and only for servers: whoever steals its key cannot
 * use it against the machine that trusts it. Returns its key and certificate as one PEM text.
 */
export function makeAuthority(names: string[], days: number): string {
  const name = `Selvedge development CA ${randomBytes(3).toString('hex')} ${new Date().toISOString().slice(0, 10)}`
  const extensions = [
    'basicConstraints = critical, CA:true, pathlen:0',
    'keyUsage = critical, keyCertSign, cRLSign',
    'extendedKeyUsage = serverAuth',
    'subjectKeyIdentifier = hash',
    'nameConstraints = critical, @permitted',
    '[permitted]',
    ...names.map((one, index) => `permitted;${toConstraint(one, index)}`),
  ]
  return inScratchFolder((folder) => {
    const key = writeKey(join(folder, 'key.pem'))
    const config = writeConfig(folder, name, extensions)
    const made = [...['-key', join(folder, 'key.pem')], ...['-days', `${days}`], ...['-set_serial', randomSerial()]]
    return key + openssl(['req', '-new', '-x509', '-sha256', '-config', config, '-extensions', 'extensions', ...made])
  })
}

/** Signs a certificate for servers with these names. Returns its key and certificate as one PEM text. */
export function signLeaf(authority: string, names: string[], days: number): string {
  const extensions = [
    'basicConstraints = critical, CA:false',
    'keyUsage = critical, digitalSignature',
    'extendedKeyUsage = serverAuth',
    'subjectKeyIdentifier = hash',
    'authorityKeyIdentifier = keyid',
    `subjectAltName = ${names.map((name) => (isAddress(name) ? `IP:${name}` : `DNS:${name}`)).join(', ')}`,
  ]
  return inScratchFolder((folder) => {
    const [signer, request] = [join(folder, 'authority.pem'), join(folder, 'request.pem')]
    writeFileSync(signer, authority, { mode: 0o600 })
    const key = writeKey(join(folder, 'key.pem'))
    const config = writeConfig(folder, names[0] ?? 'localhost', extensions)
    openssl(['req', '-new', '-sha256', '-config', config, '-key', join(folder, 'key.pem'), '-out', request])
    const by = [...['-CA', signer], ...['-CAkey', signer], ...['-set_serial', randomSerial()]]
    const made = ['-extfile', config, '-extensions', 'extensions', '-days', `${days}`]
    return key + openssl(['x509', '-req', '-sha256', '-in', request, ...by, ...made])
  })
}

function writeConfig(folder: string, name: string, extensions: string[]): string {
  const file = join(folder, 'openssl.cnf')
  const request = ['[req]', 'prompt = no', 'distinguished_name = subject', '[subject]', `CN = ${name}`]
  writeFileSync(file, [...request, '[extensions]', ...extensions, ''].join('\n'))
  return file
}

function writeKey(file: string): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  writeFileSync(file, key, { mode: 0o600 })
  return key
}

function toConstraint(name: string, index: number): string {
  if (isIPv4(name)) return `IP.${index} = ${name}/255.255.255.255`
  if (isIPv6(name)) return `IP.${index} = ${name}/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff`
  return `DNS.${index} = ${name}`
}

function isAddress(name: string): boolean {
  return isIPv4(name) || isIPv6(name)
}

// 127 bits: serial numbers are signed, and a leading one bit would make it negative.
function randomSerial(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return `0x${bytes.toString('hex')}`
}

function openssl(args: string[]): string {
  try {
    return execFileSync(needCommand('openssl'), args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`openssl could not make a certificate: ${why}`, { cause })
  }
}

function inScratchFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'selvedge-ssl-'))
  try {
    return work(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
