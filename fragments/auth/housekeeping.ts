import { job } from '#kit'
import { deleteOldEntries } from '#kit/feed.ts'
import { repeatEvery } from '#kit/job.ts'
import { deleteOldSessions } from './store.ts'

/** Deletes sessions that nobody can use any more, and what was told so long ago that nobody reads it any more. */
export const housekeeping = job(
  'auth-housekeeping',
  repeatEvery('5m', async ({ db }) => {
    await deleteOldSessions(db)
    await deleteOldEntries(db)
  }),
)
