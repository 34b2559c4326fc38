/** Deletes the details of closed accounts. */
import { job, raiseTags } from '#kit'
import { followFeed } from '#kit/feed.ts'
import { accountChanges } from '../../hub/contracts/auth.ts'
import { eraseDetails } from './store.ts'

export const closedAccounts = job(
  'profile-closed-accounts',
  followFeed(accountChanges, 'profile', async (sql, changes) => {
    const closed = [...new Set(changes.filter(({ what }) => what === 'closed').map(({ userId }) => userId))]
    if (closed.length === 0) return
    await eraseDetails(sql, closed)
    await raiseTags(
      sql,
      closed.map((id) => `profile:${id}`),
    )
  }),
)
