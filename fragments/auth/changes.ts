/** Tells of what happened to an account: to pages by tags, to other MFEs by the feed `auth/changes`. */
import { raiseTags } from '#kit'
import type { Sql } from '#kit/database.ts'
import { tellFeed } from '#kit/feed.ts'
import type { AccountChange } from '../../hub/contracts/auth.ts'
import { DEMO_TAG, isDemo } from './seed.ts'
import type { Account } from './store.ts'

const FEED = 'auth/changes'

/**
 * Call it last in the transaction of the change: tags are locked until the commit. Other MFEs hear of customers only:
 * nothing is kept for staff and auditors, nor told to them.
 */
export async function tellChange(
  sql: Sql,
  { id, role }: Pick<Account, 'id' | 'role'>,
  what: AccountChange,
): Promise<void> {
  if (role === 'customer') await tellFeed(sql, FEED, [{ userId: id, what, at: new Date() }])
  if (what === 'signed-in') return
  await raiseTags(sql, [`account:${id}`, ...(isDemo(id) ? [DEMO_TAG] : [])])
}
