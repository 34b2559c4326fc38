/** Closing one's account, for good: rules without HTTP. */
import { Conflict, type User } from '#kit'
import { type AskNeighbour, NeighbourAway } from '#kit/contract.ts'
import type { Database } from '#kit/database.ts'
import { countOpenPayments } from '../../hub/contracts/payments.ts'
import { proveOwner } from './change-password.ts'
import { tellChange } from './changes.ts'
import { endSessionsOf, holdAccount, setState } from './store.ts'

/**
 * Closes the account and ends all its sessions. Throws `Invalid` for a wrong password, and `Conflict` while payments are
 * under way or nobody can say whether they are. Others that hold something about the person hear of it by the feed.
 */
export async function closeAccount(db: Database, ask: AskNeighbour, user: User, password: string): Promise<void> {
  await proveOwner(db, user.id, password, 'password')
  const open = await countOpen(ask, user.id)
  if (open > 0) throw new Conflict(sayOpen(open))
  await db.transaction(async (sql) => {
    const account = await holdAccount(sql, user.id)
    if (account?.state !== 'open') throw new Conflict('This account is not open any more.')
    await setState(sql, user.id, 'closed', { reason: null, by: user.id })
    await endSessionsOf(sql, [user.id])
    await tellChange(sql, user.id, 'closed')
  })
}

async function countOpen(ask: AskNeighbour, userId: string): Promise<number> {
  try {
    const { count } = await ask(countOpenPayments, { userId })
    return count
  } catch (error) {
    if (!(error instanceof NeighbourAway)) throw error
    throw new Conflict('We cannot see right now whether payments are under way. Nothing has changed; try again later.')
  }
}

function sayOpen(count: number): string {
  const payments = count === 1 ? 'A payment is' : `${count} payments are`
  return `${payments} still under way. Wait until they are done, or cancel them; then you can close the account.`
}
