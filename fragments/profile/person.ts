/** Name, address and beginning of a customer, which auth keeps. */
import { type Request, raiseTags, type User } from '#kit'
import { NeighbourAway } from '#kit/contract.ts'
import { readAccounts } from '../../hub/contracts/auth.ts'

export interface Person {
  readonly name: string
  readonly email: string
  readonly customerSince: Date
}

/** Undefined while auth is away: what profile keeps itself is shown all the same. */
export async function findPerson({ ask, db, log }: Request, { id }: Pick<User, 'id'>): Promise<Person | undefined> {
  try {
    const { accounts } = await ask(readAccounts, { ids: [id] })
    const [account] = accounts
    return account && { name: account.name, email: account.email, customerSince: account.createdAt }
  } catch (err) {
    if (!(err instanceof NeighbourAway)) throw err
    log.warn({ err }, 'shown without what auth keeps')
    // A page that was shown by halves must not be confirmed by 304 when its reader comes again.
    await raiseTags(db, [`profile:${id}`])
    return undefined
  }
}
