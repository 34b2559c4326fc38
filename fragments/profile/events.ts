/** Deletes the details of closed accounts. */
import { raiseTags } from '#kit'
import { consumer } from '../../hub/consumer.ts'
import { eraseDetails } from './store.ts'

export const events = consumer('profile', {
  async 'user.closed'(sql, { data: { userId } }) {
    await eraseDetails(sql, [userId])
    await raiseTags(sql, [`profile:${userId}`])
  },
})
