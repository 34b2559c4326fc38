import { job } from '#kit'
import { repeatEvery } from '#kit/job.ts'
import { deleteOldSessions } from './store.ts'

/** Deletes sessions that nobody can use any more. */
export const housekeeping = job(
  'auth-housekeeping',
  repeatEvery('5m', ({ db }) => deleteOldSessions(db)),
)
