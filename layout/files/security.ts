/** `/.well-known/security.txt`: where somebody who has found a weakness may tell us (RFC 9116). */

/** Less than a year, as the standard asks: whoever reads an old file should not trust it. */
const VALID_DAYS = 180
const DAY_MS = 86_400_000

export function describeSecurityContact(origin: string, now: Date): string {
  const expires = new Date(now.getTime() + VALID_DAYS * DAY_MS)
  return [
    `Contact: ${origin}/help/security`,
    `Expires: ${expires.toISOString().replace(/\.\d+Z$/, 'Z')}`,
    'Preferred-Languages: en',
    `Canonical: ${origin}/.well-known/security.txt`,
    `Policy: ${origin}/help/security`,
    '',
  ].join('\n')
}
