/** What we hold about a person, for that person. */
import { provide } from '#kit'
import { exportNotifications } from '../../hub/contracts/notifications.ts'
import { listAllNotes } from './store.ts'

export const answerExport = provide(exportNotifications, async ({ userId }, { db }) => {
  const notes = await listAllNotes(db, userId)
  return { data: notes.map(({ title, body, at, read }) => ({ at: at.toISOString(), title, body, read })) }
})
