import { job } from '#kit'
import { repeatEvery } from '#kit/job.ts'
import { deleteOld } from './notes.ts'

/** Deletes notes that nobody will look for: read and older than a year, or never read in three. */
export const housekeeping = job(
  'notifications-housekeeping',
  repeatEvery('1h', ({ db }) => deleteOld(db)),
)
