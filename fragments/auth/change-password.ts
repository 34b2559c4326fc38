/** Changing one's password: rules without HTTP. */
import { Conflict, Invalid, type User } from '#kit'
import type { Database } from '#kit/database.ts'
import { tellChange } from './changes.ts'
import { refusePassword } from './password-rules.ts'
import { hashPassword, verifyPassword } from './passwords.ts'
import { type Account, endOtherSessions, findById, setPassword } from './store.ts'

export interface Typed {
  readonly current: string
  readonly next: string
  readonly again: string
}

/**
 * Gives the person a new password and ends all their other sessions, or throws `Invalid` with what is wrong. A wrong
 * current password says nothing about the new one. Returns when the password was changed.
 */
export async function changePassword(db: Database, user: User, { current, next, again }: Typed): Promise<Date> {
  const account = await proveOwner(db, user.id, current, 'current')
  const refusal = refusePassword({ current, next, email: account.email })
  const errors = {
    ...(refusal ? { next: refusal } : {}),
    ...(again === next ? {} : { again: 'This is not the same as the new password above it. Type both again.' }),
  }
  if (Object.keys(errors).length > 0) throw new Invalid(errors)
  const hash = await hashPassword(next)
  return db.transaction(async (sql) => {
    const at = await setPassword(sql, account, hash)
    if (!at) {
      throw new Conflict('Your account was changed somewhere else in the meantime. The password is as it was before.')
    }
    const ended = await endOtherSessions(sql, user.id, user.session)
    await tellChange(sql, account, { what: 'password-changed', ended })
    return at
  })
}

/** The account, once its password was typed right; else `Invalid` at that field. */
export async function proveOwner(db: Database, id: string, password: string, field: string): Promise<Account> {
  const account = await findById(db, id)
  if (!account?.password) throw new Conflict('This account is not open any more.')
  if (!(await verifyPassword(password, account.password))) throw new WrongPassword(field)
  return account
}

/** Somebody who is signed in does not know the password: noted, since it may not be its owner. */
export class WrongPassword extends Invalid {
  override name = 'WrongPassword'
  constructor(field: string) {
    super({ [field]: 'This is not your current password.' })
  }
}
