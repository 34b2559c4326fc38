/** Tells of what happened to an account: to pages by tags, to other MFEs by the feed `auth/changes`. */
import { raiseTags } from '#kit'
import type { Sql } from '#kit/database.ts'
import { tellFeed } from '#kit/feed.ts'
import type { AccountChange } from '../../hub/contracts/auth.ts'
import { DEMO_TAG, isDemo } from './seed.ts'

export const FEED = 'auth/changes'

/** Call it last in the transaction of the change: tags are locked until the commit. */
export async function tellChange(sql: Sql, userId: string, what: AccountChange): Promise<void> {
  await tellFeed(sql, FEED, [{ userId, what, at: new Date() }])
  if (what === 'signed-in') return
  await raiseTags(sql, [`account:${userId}`, ...(isDemo(userId) ? [DEMO_TAG] : [])])
}
