/** Demonstration accounts, for `DEMO=1` or loopback only. */
import type { Sql } from '#kit/database.ts'
import { hashPassword } from './passwords.ts'
import { addAccount, countAccounts } from './store.ts'

const PASSWORD = 'selvedge-demo'

/** Fixed, so that other folders can seed data for the same people without importing this one. */
export const DEMO_USERS = [
  { id: 'a11ce000-0000-4000-8000-000000000001', email: 'alice@example.com', name: 'Alice Martin', role: 'customer' },
  { id: 'b0b00000-0000-4000-8000-000000000002', email: 'bob@example.com', name: 'Bob Lindqvist', role: 'customer' },
  { id: 'ad314000-0000-4000-8000-000000000003', email: 'admin@example.com', name: 'Ines Okafor', role: 'staff' },
] as const

/** Once: where there are accounts already, nothing is added. */
export async function seed(sql: Sql): Promise<void> {
  if (await countAccounts(sql)) return
  for (const user of DEMO_USERS) await addAccount(sql, { ...user, password: await hashPassword(PASSWORD) })
}
