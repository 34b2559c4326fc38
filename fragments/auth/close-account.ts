/** Closing one's account, for good: rules without HTTP. */
import { Conflict, type User } from '#kit'
import { type AskNeighbour, NeighbourAway } from '#kit/contract.ts'
import type { Database } from '#kit/database.ts'
import { formatMoney, type Money } from '#kit/money.ts'
import { readObligations } from '../../hub/contracts/payments.ts'
import { proveOwner } from './change-password.ts'
import { tellChange } from './changes.ts'
import { endSessionsOf, holdAccount, setState } from './store.ts'

/**
 * Closes the account and ends all its sessions. Throws `Invalid` for a wrong password, and `Conflict` while payments are
 * under way, while money is left or owed, or while nobody can say so. Others that hold something about the person hear of
 * it by the event `user.closed`.
 */
export async function closeAccount(db: Database, ask: AskNeighbour, user: User, password: string): Promise<void> {
  await proveOwner(db, user.id, password, 'password')
  await refuseObligations(ask, user.id)
  await db.transaction(async (sql) => {
    const account = await holdAccount(sql, user.id)
    if (account?.state !== 'open') throw new Conflict('This account is not open any more.')
    // Once more, since a payment may have been sent meanwhile. Sessions live until the commit: what is sent in these last
    // milliseconds is not seen, and goes out all the same.
    await refuseObligations(ask, user.id)
    await setState(sql, user.id, 'closed', { reason: null, by: user.id })
    const ended = await endSessionsOf(sql, [user.id])
    await tellChange(sql, account, { what: 'closed', ended })
  })
}

/** Throws `Conflict` with what is to be done first. */
async function refuseObligations(ask: AskNeighbour, userId: string): Promise<void> {
  const { underWay, balances } = await ask(readObligations, { userId }).catch((error: unknown) => {
    if (!(error instanceof NeighbourAway)) throw error
    throw new Conflict(
      'We cannot see right now whether money or payments are left on your account. Nothing has changed: send this again in a minute.',
    )
  })
  if (underWay > 0) throw new Conflict(sayUnderWay(underWay))
  if (balances.length > 0) throw new Conflict(sayBalances(balances))
}

function sayBalances(balances: readonly Money[]): string {
  const left = list(balances.filter(({ amount }) => amount > 0).map(formatMoney))
  const owed = list(balances.filter(({ amount }) => amount < 0).map((money) => formatMoney(negated(money))))
  if (!owed) return `There are still ${left} on your account. Send them to another bank first, then close it.`
  if (!left) return `Your account is overdrawn by ${owed}: pay that in first, then close it.`
  return `There are still ${left} on your account, and it is overdrawn by ${owed}. Bring all of it to zero first, then close it.`
}

function negated({ amount, currency }: Money): Money {
  return { amount: -amount, currency }
}

/** `1.00 EUR, 2.00 USD and 3 JPY` */
function list(amounts: readonly string[]): string {
  return amounts.join(', ').replace(/, (?!.*, )/, ' and ')
}

function sayUnderWay(count: number): string {
  const [payments, done, them] =
    count === 1 ? ['A payment is', 'it is', 'it'] : [`${count} payments are`, 'they are', 'them']
  return `${payments} still under way. Wait until ${done} done, or cancel ${them}; then you can close the account.`
}
