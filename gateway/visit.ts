/** Who asks, and the counters of the tags of what they ask for: in one statement for who has asked before. */
import type { User } from '#kit/context.ts'
import type { Sql } from '#kit/database.ts'
import { findSession, hashOfSession } from '#kit/session.ts'
import { readTags } from '#kit/tags.ts'

export interface Visit {
  readonly user: User | undefined
  /** A tag that was never raised is 0. */
  readonly counters: ReadonlyMap<string, number>
}

/** `tagsFor` names the tags as they are for this user's id. */
export type ReadVisit = (
  cookie: string | undefined,
  tagsFor: (user: string | undefined) => readonly string[],
) => Promise<Visit>

/** Owners kept by the hash of their cookie: more than are signed in at once. */
const REMEMBERED = 10_000

/**
 * Tags are of a user, and who that is stands in the session. Whose a session is never changes, so its owner is remembered
 * to know which tags to read along. Whether it lives is asked each time: a session that has ended is nobody's at once.
 */
export function visitReader(sql: Sql): ReadVisit {
  const owners = new Map<string, string>()
  return async (cookie, tagsFor) => {
    const hash = hashOfSession(cookie)
    if (!hash) return { user: undefined, counters: await readTags(sql, tagsFor(undefined)) }
    const key = hash.toString('latin1')
    const owner = owners.get(key)
    const tags = owner === undefined ? [] : tagsFor(owner)
    const found = await findSession(sql, hash, tags)
    if (!found) owners.delete(key)
    const user = found?.user
    if (found && found.user.id === owner) return { user, counters: countersOf(tags, found.counters) }
    if (user) {
      if (owners.size >= REMEMBERED) owners.clear()
      owners.set(key, user.id)
    }
    return { user, counters: await readTags(sql, tagsFor(user?.id)) }
  }
}

/** In the order of the tags, whatever order the store has them in: versions are made of it. */
function countersOf(tags: readonly string[], raised: Readonly<Record<string, number>>): Map<string, number> {
  const counters = new Map(tags.map((tag) => [tag, 0]))
  for (const [tag, counter] of Object.entries(raised)) counters.set(tag, counter)
  return counters
}
