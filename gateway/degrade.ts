/** What the edge shows when a fragment did not come, and the note that the page was not whole. */
import type { User } from '#kit/context.ts'
import type { Database } from '#kit/database.ts'
import type { Log } from '#kit/log.ts'
import { raiseTags } from '#kit/tags.ts'
import { degradedTag } from './versions.ts'

/** Notes outlive the day that versions live for, so that none is forgotten while somebody may hold its version. */
const KEPT = '2 days'

/** Forgets notes that no version depends on any more. */
async function forgetDegraded(db: Database): Promise<void> {
  await db.query(`delete from tags where tag like 'degraded:%' and raised_at < now() - $1::interval`, [KEPT])
}

/** How many versions are remembered as retired, so that a dead fragment under load writes one row, not thousands. */
const REMEMBERED = 10_000

export interface DegradedPage {
  readonly page: string
  readonly version: string
  readonly user: User | undefined
}

export interface Degrader {
  /** Makes sure that nobody is told 304 for this version again. */
  mark(degraded: DegradedPage): Promise<void>
  /** Versions that could not be marked in the database are refused here. */
  isRetired(version: string): boolean
}

export function createDegrader(db: Database, log: Log): Degrader {
  const retired = new Set<string>()
  return {
    isRetired: (version) => retired.has(version),
    async mark({ page, version, user }) {
      if (!page || !version || retired.has(version)) return
      if (retired.size >= REMEMBERED) retired.clear()
      retired.add(version)
      try {
        await raiseTags(db, [degradedTag(page, user?.id)])
        // Here, since only here they become more.
        await forgetDegraded(db)
      } catch (error) {
        log.warn({ err: error, page }, 'degraded page could not be marked; this gateway remembers it')
      }
    },
  }
}
