/** Where to go after signing in: a place that the visitor asked for, but only ever one of ours. */
import type { Role } from '#kit/context.ts'

const HOME: Record<Role, string> = { customer: '/dashboard', staff: '/admin', auditor: '/admin' }
/** Any origin that is not a real one: it only shows whether an address leaves it. */
const HERE = 'https://here.invalid'

/** The path and query of `next`; the role's own first page if `next` is missing or leads off the site. */
export function placeAfterSignIn(next: string | undefined, role: Role): string {
  return (next && pathWithin(next)) || HOME[role]
}

/** The path as a browser would understand it, or undefined unless it stays on this site. */
export function pathWithin(next: string): string | undefined {
  if (!/^\/(?!\/)[^\\\p{Cc}\p{Cs}]*$/u.test(next) || !URL.canParse(next, HERE)) return undefined
  const { origin, pathname, search, hash } = new URL(next, HERE)
  // Dots are resolved only now: `/.//evil.example` has become `//evil.example`.
  if (origin !== HERE || pathname.startsWith('//')) return undefined
  return `${pathname}${search}${hash}`
}
