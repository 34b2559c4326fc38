/** Tag counters: the numbers behind page versions and the keys of cached fragments. */
import type { Sql } from './database.ts'

/**
 * Marks what the tags stand for as changed. Call it in the transaction that makes the change. The number comes from a
 * sequence, so a tag that was cleaned up and raised again never repeats an old number.
 */
export async function raiseTags(sql: Sql, tags: readonly string[]): Promise<void> {
  // Sorted, so that two transactions that raise the same tags take the row locks in the same order.
  await sql.query(
    `insert into tags (tag, counter)
     select tag, nextval('tag_counter') from unnest($1::text[]) as t(tag) order by tag
     on conflict (tag) do update set counter = excluded.counter, raised_at = now()`,
    [[...new Set(tags)].sort()],
  )
}

/**
 * Raised when an MFE's service starts. nginx inlines what a service that dies in mid-answer has sent, and nobody is told;
 * no version of a page with such a half outlives the service's restart.
 */
export function mfeTag(mfe: string): string {
  return `mfe:${mfe}`
}

/** The counters of these tags; a tag that was never raised is 0. */
export async function readTags(sql: Sql, tags: readonly string[]): Promise<Map<string, number>> {
  const counters = new Map(tags.map((tag) => [tag, 0]))
  if (tags.length === 0) return counters
  const rows = await sql.query<{ tag: string; counter: number }>('select tag, counter from tags where tag = any($1)', [
    [...counters.keys()],
  ])
  for (const { tag, counter } of rows) counters.set(tag, counter)
  return counters
}
