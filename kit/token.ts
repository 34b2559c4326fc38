/** A signed statement: `payload.signature`, both base64url, Ed25519 over the payload as it stands. */
import { type KeyObject, sign, verify } from 'node:crypto'

export function sealToken(claims: object, privateKey: KeyObject): string {
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
  return `${payload}.${sign(null, Buffer.from(payload), privateKey).toString('base64url')}`
}

/** What was sealed; undefined for what this key has not signed. */
export function openToken(token: string, publicKey: KeyObject): unknown {
  const [payload = '', signature = ''] = token.split('.')
  if (!verify(null, Buffer.from(payload), publicKey, Buffer.from(signature, 'base64url'))) return undefined
  return JSON.parse(Buffer.from(payload, 'base64url').toString())
}
