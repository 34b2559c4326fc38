/** Locking and unlocking customers' accounts, for staff: rules without HTTP. */
import { Conflict, Forbidden, NotFound } from '#kit'
import type { Database } from '#kit/database.ts'
import { tellChange } from './changes.ts'
import { type Account, endSessionsOf, findById, holdAccount, setState } from './store.ts'

export interface Lock {
  readonly id: string
  readonly locked: boolean
  readonly reason: string
  /** Who does it. */
  readonly actor: string
}

/** Locks, which ends the account's sessions, or unlocks. Throws a refusal where that cannot be. */
export async function setLock(db: Database, { id, locked, reason, actor }: Lock): Promise<Account> {
  return db.transaction(async (sql) => {
    const account = await holdAccount(sql, id)
    if (!account) throw new NotFound('There is no such account.')
    refuseLock(account, locked)
    await setState(sql, id, locked ? 'locked' : 'open', { reason, by: actor })
    if (locked) {
      const ended = await endSessionsOf(sql, [id])
      await tellChange(sql, account, { what: 'locked', ended, actor, reason })
    } else {
      await tellChange(sql, account, { what: 'unlocked', actor, reason })
    }
    return (await findById(sql, id)) ?? account
  })
}

function refuseLock({ role, state, password }: Account, locked: boolean): void {
  if (role !== 'customer') throw new Forbidden('Only accounts of customers can be locked here.')
  if (state === 'closed') throw new Conflict('Its owner has closed this account, for good.')
  if (state === (locked ? 'locked' : 'open')) throw new Conflict(`This account is ${state} already.`)
  if (!password) throw new Conflict('This account belongs to the demonstration, which is over.')
}
