/** Passwords as Argon2id hashes in PHC strings: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`. */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { openGate } from './gate.ts'

interface Cost {
  /** In KiB. */
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}

/** OWASP's minimum of 2024. Raise it here: every password is hashed again when its owner next signs in. */
export const COST: Cost = { memory: 19_456, passes: 2, parallelism: 1 }
const SALT_BYTES = 16
const HASH_BYTES = 32

/** Computes one hash: the expensive step, which tests count. */
export type Derive = (password: string, salt: Buffer, cost: Cost, bytes: number) => Promise<Buffer>

const compute = promisify(argon2)
// libuv has four threads for this, for files and for DNS: two stay free.
const gate = openGate(2, 64)

export const argon2id: Derive = (password, salt, cost, bytes) =>
  // The same password may be typed as one character or as letter and accent: NFKC makes them one (NIST SP 800-63B).
  gate(() => compute('argon2id', { message: password.normalize('NFKC'), nonce: salt, tagLength: bytes, ...cost }))

export async function hashPassword(password: string, derive: Derive = argon2id): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  return formatPhc(COST, salt, await derive(password, salt, COST, HASH_BYTES))
}

/** One computation, whatever the answer. */
export async function verifyPassword(password: string, phc: string, derive: Derive = argon2id): Promise<boolean> {
  const { cost, salt, hash } = parsePhc(phc)
  return timingSafeEqual(await derive(password, salt, cost, hash.length), hash)
}

/** Whether a hash was made with other parameters than today's. */
export function isOutdated(phc: string): boolean {
  const { cost } = parsePhc(phc)
  return cost.memory !== COST.memory || cost.passes !== COST.passes || cost.parallelism !== COST.parallelism
}

/** A hash that no password has, to be verified where there is no user: it costs what a real one costs. */
export function noOnesHash(): string {
  return formatPhc(COST, randomBytes(SALT_BYTES), randomBytes(HASH_BYTES))
}

function formatPhc({ memory, passes, parallelism }: Cost, salt: Buffer, hash: Buffer): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${encode(salt)}$${encode(hash)}`
}

function parsePhc(phc: string): { cost: Cost; salt: Buffer; hash: Buffer } {
  const pattern = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/
  const [, memory, passes, parallelism, salt, hash] = pattern.exec(phc) ?? []
  if (!salt || !hash) throw new Error('A stored password is not an Argon2id hash.')
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
  return { cost, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') }
}

/** PHC strings write base64 without padding. */
function encode(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
