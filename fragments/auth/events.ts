/**
 * Security events: one line each, with an `event` that alerts can be made of and the address it came from. Who was
 * refused is a warning, so that it shows at the default level, where guessing and stuffing begin; what went well is
 * `info`, for whoever wants to know. What was typed is never logged: some people type their password as the address.
 */
import type { User } from '#kit'
import type { Log } from '#kit/log.ts'
import type { Locked, SignedIn } from './auth.ts'

interface Scene {
  readonly log: Log
  readonly address: string
}

/** Notes that somebody signed in, or tried to. */
export function noteSignIn({ log, address }: Scene, signedIn: SignedIn | undefined): void {
  if (signedIn) log.info({ event: 'sign-in', right: true, user: signedIn.account.id, address }, 'signed in')
  else log.warn({ event: 'sign-in', right: false, address }, 'a sign-in was refused')
}

/** Notes that somebody knew the password of a locked account. */
export function noteLocked({ log, address }: Scene, { userId }: Locked): void {
  log.warn({ event: 'sign-in', right: true, locked: true, user: userId, address }, 'a locked account was refused')
}

/** Notes that somebody who is signed in did not know the account's password, which may be a stolen session. */
export function noteWrongPassword({ log, address }: Scene, user: User): void {
  log.warn({ event: 'password-check', right: false, user: user.id, address }, 'a password was refused')
}

/** Notes what somebody did to their own account. */
export function noteOwnChange({ log, address }: Scene, user: User, event: 'password-changed' | 'closed'): void {
  log.info({ event, user: user.id, address }, 'an account was changed by its owner')
}

/** Notes that somebody signed out; nothing where nobody was signed in. */
export function noteSignOut({ log, address }: Scene, user: User | undefined): void {
  if (user) log.info({ event: 'sign-out', user: user.id, address }, 'signed out')
}
