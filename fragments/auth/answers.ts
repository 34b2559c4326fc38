/** What auth answers to other MFEs. */
import { NotFound, provide } from '#kit'
import * as contracts from '../../hub/contracts/auth.ts'
import { setLock } from './lock-account.ts'
import { type Account, countByState, countSessions, findById, listAccounts, listByIds, listSessions } from './store.ts'

export const findAccounts = provide(contracts.findAccounts, async ({ limit, ...wanted }, { db }) => {
  const found = await listAccounts(db, wanted, limit + 1)
  const accounts = found.slice(0, limit)
  return { accounts: accounts.map(describe), next: found.length > limit ? (accounts.at(-1)?.id ?? null) : null }
})

export const readAccounts = provide(contracts.readAccounts, async ({ ids }, { db }) => {
  const accounts = await listByIds(db, ids)
  return { accounts: accounts.map(describe) }
})

export const accountFigures = provide(contracts.accountFigures, async (_, { db }) => ({
  accounts: await countByState(db),
  sessions: await countSessions(db),
}))

export const setAccountLock = provide(contracts.setAccountLock, async (lock, { db, log }) => {
  const account = await setLock(db, lock)
  log.info({ event: lock.locked ? 'locked' : 'unlocked', user: lock.id, actor: lock.actor }, 'an account was changed')
  return { account: describe(account) }
})

export const exportAccount = provide(contracts.exportAccount, async ({ userId }, { db }) => {
  const account = await findById(db, userId)
  if (!account) throw new NotFound('There is no such account.')
  const { name, email, role, createdAt, passwordChangedAt, lastSeenAt } = account
  const sessions = await listSessions(db, userId)
  return {
    data: { name, email, role, customerSince: createdAt, passwordChangedAt, lastSignInAt: lastSeenAt, sessions },
  }
})

/** As others may know it: without the password's hash. */
function describe({ id, email, name, role, state, createdAt, lastSeenAt }: Account) {
  return { id, email, name, role, state, createdAt, lastSeenAt }
}
