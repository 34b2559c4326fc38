/** Keeps what is dear to compute for as long as its tag stays: whoever changes it raises the tag in the same transaction. */
import type { Sql } from './database.ts'
import { readTags } from './tags.ts'

/** People or things at once; then all are forgotten and computed anew. */
const MOST_KEPT = 1_000

interface Kept<T> {
  readonly version: string
  readonly value: Promise<T>
}

export type KeepByTag<T> = (sql: Sql, tag: string, compute: () => Promise<T>) => Promise<T>

/**
 * In this process and for this database; a change that another process makes is seen, since the counter is read each time.
 * It is read before computing: what changes in between is computed along, and the next counter is another. Kept for a day
 * (UTC) at most, as page versions are, because what is told by the calendar changes without any tag.
 */
export function keepByTag<T>(): KeepByTag<T> {
  const keptBy = new WeakMap<Sql, Map<string, Kept<T>>>()
  return async (sql, tag, compute) => {
    const kept = keptBy.get(sql) ?? new Map<string, Kept<T>>()
    keptBy.set(sql, kept)
    const counters = await readTags(sql, [tag])
    const version = `${counters.get(tag)} ${new Date().toISOString().slice(0, 10)}`
    const known = kept.get(tag)
    if (known?.version === version) return known.value
    if (kept.size >= MOST_KEPT) kept.clear()
    const entry = { version, value: compute() }
    kept.set(tag, entry)
    // Nobody is told an error twice.
    entry.value.catch(() => {
      if (kept.get(tag) === entry) kept.delete(tag)
    })
    return entry.value
  }
}
