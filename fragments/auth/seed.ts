/** Demonstration accounts, for `DEMO=1` or loopback only: their password is public, so any other start locks them. */
import { raiseTags } from '#kit'
import type { Sql } from '#kit/database.ts'
import { hashPassword } from './passwords.ts'
import { addAccount, countAccounts, endSessionsOf, listLocked, lockAccounts, unlockAccount } from './store.ts'

export const DEMO_PASSWORD = 'selvedge-demo'

/** Raised when the accounts are opened or locked. */
export const DEMO_TAG = 'demo'

/** Fixed ids, so that other folders can seed data for the same people without importing this one. */
export const DEMO_USERS = [
  { id: 'a11ce000-0000-4000-8000-000000000001', email: 'alice@example.com', name: 'Alice Martin', role: 'customer' },
  { id: 'b0b00000-0000-4000-8000-000000000002', email: 'bob@example.com', name: 'Bob Lindqvist', role: 'customer' },
  { id: 'ad314000-0000-4000-8000-000000000003', email: 'admin@example.com', name: 'Ines Okafor', role: 'staff' },
] as const

const IDS = DEMO_USERS.map(({ id }) => id)

/** Adds the accounts where there are none at all, and opens them where they were retired. */
export async function seed(sql: Sql): Promise<void> {
  const changed = (await countAccounts(sql)) === 0 ? await addAll(sql) : await openLocked(sql)
  if (changed > 0) await raiseTags(sql, [DEMO_TAG])
}

/** Locks the accounts and ends their sessions. Their data stays, for the next demonstration. */
export async function retire(sql: Sql): Promise<void> {
  const locked = await lockAccounts(sql, IDS)
  await endSessionsOf(sql, IDS)
  if (locked > 0) await raiseTags(sql, [DEMO_TAG])
}

async function addAll(sql: Sql): Promise<number> {
  for (const user of DEMO_USERS) await addAccount(sql, { ...user, password: await hashPassword(DEMO_PASSWORD) })
  return DEMO_USERS.length
}

/** Hashes passwords only where something is locked: it takes long on purpose. */
async function openLocked(sql: Sql): Promise<number> {
  const locked = await listLocked(sql, IDS)
  for (const id of locked) await unlockAccount(sql, id, await hashPassword(DEMO_PASSWORD))
  return locked.length
}
