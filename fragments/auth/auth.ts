/** Signing in and out: rules without HTTP. */
import { Forbidden, type User } from '#kit'
import type { Database, Sql } from '#kit/database.ts'
import { CLEARED, openSession } from '#kit/session.ts'
import { tellChange } from './changes.ts'
import { argon2id, type Derive, hashPassword, isOutdated, noOnesHash, verifyPassword } from './passwords.ts'
import { type Account, endOneSession, findByEmail, noteSeen, replaceHash } from './store.ts'

/** The same for an unknown address as for a wrong password, so that nobody learns who has an account. */
export const REFUSED = 'The e-mail address or password is not right.'

/** Only whoever knows the password hears that the account is locked. Why is told by people, not by a page. */
export class Locked extends Forbidden {
  override name = 'Locked'
  readonly userId: string
  constructor(userId: string) {
    super(
      'Your account is locked. Your money is safe. Write to help@selvedge.example, and we will look at it with you.',
    )
    this.userId = userId
  }
}

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
 * Opens a session, or returns undefined where the credentials are wrong; throws `Locked` where they are right and the
 * account is locked. The session that this browser had before ends in the same transaction. An unknown address and an
 * account that is locked or closed cost the same computation as any other.
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
  if (account.state === 'locked') throw new Locked(account.id)
  if (isOutdated(hash)) await replaceHash(db, account.id, hash, await hashPassword(password, derive))
  return db.transaction(async (sql) => {
    // Locked, closed or given another password while this one was computed.
    if (!(await noteSeen(sql, account))) return undefined
    await leave(sql, before)
    const cookie = await openSession(sql, account)
    await tellChange(sql, account, { what: 'signed-in' })
    return { account, cookie }
  })
}

/** Ends the session, if there is one, and returns the `Set-Cookie` value that clears its cookie. */
export async function signOut(db: Database, user: User | undefined): Promise<string> {
  await db.transaction((sql) => leave(sql, user))
  return CLEARED
}

/** Ends the session and tells of it, unless it has ended already. */
async function leave(sql: Sql, user: User | undefined): Promise<void> {
  const ended = user ? await endOneSession(sql, user.session) : []
  if (user && ended.length > 0) await tellChange(sql, user, { what: 'signed-out', ended })
}
