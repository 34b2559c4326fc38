/** Signing in and out: rules without HTTP. */
import type { User } from '#kit'
import type { Database } from '#kit/database.ts'
import { endSession, openSession } from '#kit/session.ts'
import { argon2id, type Derive, hashPassword, isOutdated, noOnesHash, verifyPassword } from './passwords.ts'
import { type Account, findByEmail, replaceHash } from './store.ts'

/** The same for an unknown address as for a wrong password, so that nobody learns who has an account. */
export const REFUSED = 'The e-mail address or password is not right.'

export interface Credentials {
  readonly email: string
  readonly password: string
}

export interface SignedIn {
  readonly account: Account
  /** The `Set-Cookie` value of the new session. */
  readonly cookie: string
}

/**
 * Opens a session, or returns undefined where the credentials are wrong. The session that this browser had before ends
 * in the same transaction. An unknown address and a locked account cost the same computation as any other.
 */
export async function signIn(
  db: Database,
  { email, password }: Credentials,
  before: User | undefined,
  derive: Derive = argon2id,
): Promise<SignedIn | undefined> {
  const account = await findByEmail(db, email.trim().toLowerCase())
  const hash = account?.password ?? noOnesHash()
  const right = await verifyPassword(password, hash, derive)
  if (!account || !right) return undefined
  if (isOutdated(hash)) await replaceHash(db, account.id, hash, await hashPassword(password, derive))
  const cookie = await db.transaction(async (sql) => {
    await endSession(sql, before?.session)
    return openSession(sql, account)
  })
  return { account, cookie }
}

/** Ends the session, if there is one, and returns the `Set-Cookie` value that clears its cookie. */
export async function signOut(db: Database, user: User | undefined): Promise<string> {
  return endSession(db, user?.session)
}
