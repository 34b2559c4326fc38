import { job } from '#kit'
import { repeatEvery } from '#kit/job.ts'
import { deleteOldKeys } from './store.ts'

/**
 * How long a spent key is known. No client tries the same payment again for longer: a form lives as long as its session,
 * which is hours, and programs that queue retries give up within days. A key that comes back later pays once more.
 */
const KEY_DAYS = 30

/** Deletes keys that nobody will send again. */
export const housekeeping = job(
  'payments-housekeeping',
  repeatEvery('1h', ({ db }) => deleteOldKeys(db, KEY_DAYS)),
)
