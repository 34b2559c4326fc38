/**
 * Identity between services: the gateway looks the session up once a page and signs who it is; every service verifies
 * the signature itself.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import type { User } from './context.ts'
import { openToken, sealToken } from './token.ts'

/** An identity outlives the slowest page, not the visit (DESIGN §6: at most 30 s). */
export const IDENTITY_SECONDS = 30
const AUDIENCE = 'selvedge'
/** Tokens kept at either end: more than are alive at once on one machine. */
const REMEMBERED = 10_000

const Claims = z.strictObject({
  aud: z.literal(AUDIENCE),
  exp: z.number(),
  sub: z.string(),
  name: z.string(),
  role: z.enum(['customer', 'staff', 'auditor']),
  sid: z.string(),
})

export type SignIdentity = (user: User, now?: number) => string
export type VerifyIdentity = (token: string | undefined, now?: number) => User | undefined

/** A new pair in PEM, for a run of the whole platform. */
export function createIdentityKeys(): { privateKey: string; publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}

/**
 * Signs who somebody is. A visit asks for several pages in a moment: the same person's token is given again while it has
 * two thirds of its life left. Whether the session still lives is looked up each time, before this.
 */
export function identitySigner(privateKey: string): SignIdentity {
  const key = createPrivateKey(privateKey)
  const recent = new Map<string, { token: string; user: User; until: number }>()
  return (user, now = Date.now()) => {
    const known = recent.get(user.session)
    if (known && known.until > now && isSame(known.user, user)) return known.token
    const token = signToken(user, key, now)
    if (recent.size >= REMEMBERED) recent.clear()
    recent.set(user.session, { token, user, until: now + (IDENTITY_SECONDS * 1_000) / 3 })
    return token
  }
}

function signToken(user: User, key: KeyObject, now: number): string {
  const claims: z.infer<typeof Claims> = {
    aud: AUDIENCE,
    exp: Math.floor(now / 1_000) + IDENTITY_SECONDS,
    sub: user.id,
    name: user.name,
    role: user.role,
    sid: user.session,
  }
  return sealToken(claims, key)
}

function isSame(one: User, other: User): boolean {
  return one.id === other.id && one.name === other.name && one.role === other.role
}

/**
 * Undefined for no token, a forged one and an expired one alike: they are all nobody. One page carries the same token to
 * several fragments of a service, so the last verified tokens are kept until they expire.
 */
export function identityVerifier(publicKey: string): VerifyIdentity {
  const key = createPublicKey(publicKey)
  const verified = new Map<string, { user: User; exp: number }>()
  return (token, now = Date.now()) => {
    if (!token) return undefined
    const known = verified.get(token) ?? verifyToken(token, key)
    if (!known || known.exp * 1_000 <= now) return undefined
    if (verified.size >= REMEMBERED) verified.clear()
    verified.set(token, known)
    return known.user
  }
}

function verifyToken(token: string, key: KeyObject): { user: User; exp: number } | undefined {
  const claims = openToken(token, key)
  if (claims === undefined) return undefined
  const { sub, name, role, sid, exp } = Claims.parse(claims)
  return { user: { id: sub, name, role, session: sid }, exp }
}
