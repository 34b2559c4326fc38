/** Demonstration accounts, for `DEMO=1` or loopback only: their password is public, so any other start locks them. */
import { raiseTags } from '#kit'
import type { Sql } from '#kit/database.ts'
import { countAccounts, dateBack, listKnown, listRetired, reopenAccount, retireAccounts } from './demo-store.ts'
import { hashPassword } from './passwords.ts'
import { addAccount, endSessionsOf } from './store.ts'

export const DEMO_PASSWORD = 'selvedge-demo'

/** Raised when the accounts are opened or locked. */
export const DEMO_TAG = 'demo'

/** Fixed ids, so that other folders can seed data for the same people without importing this one. */
export const DEMO_USERS = [
  { id: 'a11ce000-0000-4000-8000-000000000001', email: 'alice@example.com', name: 'Alice Martin', role: 'customer' },
  { id: 'b0b00000-0000-4000-8000-000000000002', email: 'bob@example.com', name: 'Bob Lindqvist', role: 'customer' },
  { id: 'ad314000-0000-4000-8000-000000000003', email: 'admin@example.com', name: 'Ines Okafor', role: 'staff' },
  { id: 'a0d17000-0000-4000-8000-000000000004', email: 'auditor@example.com', name: 'Jonas Richter', role: 'auditor' },
] as const

/** Their payments, which another folder seeds, go two years back. */
const DAYS_OPEN = 732

const IDS: readonly string[] = DEMO_USERS.map(({ id }) => id)

export function isDemo(id: string): boolean {
  return IDS.includes(id)
}

/** Adds what is missing of the accounts, unless this is the database of a bank, and opens those that were retired. */
export async function seed(sql: Sql): Promise<void> {
  const changed = (await addMissing(sql)) + (await openRetired(sql))
  if (changed > 0) await raiseTags(sql, [DEMO_TAG])
}

/** Locks the accounts and ends their sessions. Their data stays, for the next demonstration. */
export async function retire(sql: Sql): Promise<void> {
  const retired = await retireAccounts(sql, IDS)
  await endSessionsOf(sql, IDS)
  if (retired > 0) await raiseTags(sql, [DEMO_TAG])
}

/** Hashes passwords only where an account is missing: it takes long on purpose. */
async function addMissing(sql: Sql): Promise<number> {
  const known = await listKnown(sql, IDS)
  if (known.length === 0 && (await countAccounts(sql)) > 0) return 0
  const missing = DEMO_USERS.filter(({ id }) => !known.includes(id))
  for (const user of missing) await addAccount(sql, { ...user, password: await hashPassword(DEMO_PASSWORD) })
  await dateBack(
    sql,
    missing.map(({ id }) => id),
    DAYS_OPEN,
  )
  return missing.length
}

async function openRetired(sql: Sql): Promise<number> {
  const retired = await listRetired(sql, IDS)
  for (const id of retired) await reopenAccount(sql, id, await hashPassword(DEMO_PASSWORD))
  return retired.length
}
