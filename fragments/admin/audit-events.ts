/** Hears whatever the others tell, and keeps it in the audit log. */
import { type AnyEvent, consumerOfAll } from '../../hub/consumer.ts'
import { type Entry, note } from './audit.ts'

export const events = consumerOfAll('admin', (sql, event) => note(sql, entryOf(event)))

function entryOf({ id, type, source, subject, time, trace, data }: AnyEvent): Entry {
  return {
    event: id,
    type,
    source,
    // As the database keeps it: half a character is none there, and the hash would be of another text.
    subject: subject.toWellFormed(),
    happenedAt: time,
    actor: actorOf(data)?.toWellFormed() ?? null,
    trace,
    data: JSON.stringify(data),
  }
}

/** Who did it, or else whom it is about. */
function actorOf(data: AnyEvent['data']): string | null | undefined {
  if ('actor' in data) return data.actor
  if ('operator' in data) return data.operator
  return 'userId' in data ? data.userId : undefined
}
