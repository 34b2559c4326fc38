/**
 * A feed: what an MFE tells of, in order, for others to follow at their own pace. The teller writes in the transaction of
 * the change, the follower notes how far it has come in the transaction of what it does: nothing is lost or done twice,
 * and neither needs the other to be there.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { type Contract, type Provision, provide } from './contract.ts'
import type { Sql } from './database.ts'
import type { Job } from './job.ts'

/** Days that entries are kept: a follower may be away for that long. */
const KEPT_DAYS = 30
const MOST_AT_ONCE = 500
const PAUSE_MS = 500
/** After a failure; the feed keeps what has not been read. */
const FAILURE_PAUSE_MS = 2_000

/** A place in a feed: `812-40`, transaction and entry. The empty one is the beginning. */
const CURSOR = z.string().regex(/^(\d{1,20}-\d{1,19})?$/, 'Take the cursor from an answer.')

/** What every contract for a feed takes and gives. */
export const feedInput = { after: CURSOR }

export function feedOutput<T extends z.ZodType>(entry: T) {
  return z.object({ entries: z.array(entry), next: CURSOR })
}

/** An answer whose entries nobody has looked into yet. */
const Unread = feedOutput(z.unknown())

/**
 * Tells of something. Call it in the transaction that does it; `data` must survive JSON. Transactions are told of in the
 * order of their first writes: let that be a write to the thing itself, or a lock on it, and its story is in order.
 */
export async function tellFeed(sql: Sql, feed: string, entries: readonly object[]): Promise<void> {
  if (entries.length === 0) return
  await sql.query(`insert into feed_entries (feed, data) select $1, value from jsonb_array_elements($2::jsonb)`, [
    feed,
    JSON.stringify(entries),
  ])
}

type Feed<T> = Contract<{ after: string }, { entries: T[]; next: string }>

/** The answer to a feed's contract, from what was told under its name. An entry that does not fit is left out and logged. */
export function provideFeed<T>(feed: Feed<T>): Provision {
  const name = nameOf(feed)
  return provide(feed, async ({ after }, { db, log }) => {
    const rows = await listEntries(db, name, after)
    const entries = rows.flatMap(({ cursor, data }) =>
      readEntry(feed, data, (err) =>
        log.error({ err, feed: name, place: cursor }, 'an entry of a feed cannot be told'),
      ),
    )
    return { entries, next: rows.at(-1)?.cursor ?? after }
  })
}

/** Entries after a place, oldest first, as they were told. */
async function listEntries(sql: Sql, feed: string, after: string): Promise<{ cursor: string; data: unknown }[]> {
  const [xid = '0', place = '0'] = after.split('-').filter(Boolean)
  return sql.query(
    `select xid || '-' || place as cursor, data from feed_entries
     where feed = $1 and (xid, place) > ($2::xid8, $3::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot())
     order by xid, place limit $4`,
    [feed, xid, place, MOST_AT_ONCE],
  )
}

/** One entry by the feed's contract; none where it does not fit, so that a single one cannot stop whoever follows. */
function readEntry<T>(feed: Feed<T>, data: unknown, tell: (error: unknown) => void): T[] {
  try {
    return feed.readOutput({ entries: [data], next: '' }).entries
  } catch (error) {
    tell(error)
    return []
  }
}

/** Deletes entries that are too old for any follower. */
export async function deleteOldEntries(sql: Sql): Promise<void> {
  await sql.query('delete from feed_entries where at < now() - make_interval(days => $1)', [KEPT_DAYS])
}

/**
 * A job that follows a feed: `apply` runs in one transaction with the note of how far we have come. Of several instances
 * one works at a time. `follower` names who follows, once for each thing that is done with the feed. What this build cannot
 * read, since the teller's is newer, is logged and passed by.
 */
export function followFeed<T>(
  feed: Feed<T>,
  follower: string,
  apply: (sql: Sql, entries: readonly T[]) => Promise<void>,
): Job['run'] {
  const name = nameOf(feed)
  const unread: Feed<unknown> = { ...feed, readOutput: (json) => Unread.parse(json) }

  /** Does what the entries ask for, unless another instance has done it or is at it. */
  async function move(sql: Sql, entries: readonly T[], after: string, next: string): Promise<boolean> {
    if ((await lockPlace(sql, follower, name)) !== after) return false
    await apply(sql, entries)
    await sql.query('update feed_places set cursor = $3 where follower = $1 and feed = $2', [follower, name, next])
    return true
  }

  return async ({ db, ask, log, signal }) => {
    let pause = 0
    while (!(await aborted(pause, signal))) {
      try {
        const after = await readPlace(db, follower, name)
        // Asked outside of the transaction: one that waits for the network would hold up whatever PostgreSQL tidies up.
        const { entries: told, next } = await ask(unread, { after })
        const entries = told.flatMap((data) =>
          readEntry(feed, data, (err) => log.error({ err, feed: name, after }, 'an entry of a feed cannot be read')),
        )
        const moved = next !== after && (await db.transaction((sql) => move(sql, entries, after, next)))
        pause = moved ? 0 : PAUSE_MS
      } catch (err) {
        if (!signal.aborted) log.warn({ err, feed: name }, 'the feed could not be followed; it will be tried again')
        pause = FAILURE_PAUSE_MS
      }
    }
  }
}

async function readPlace(sql: Sql, follower: string, feed: string): Promise<string> {
  const [row] = await sql.query<{ cursor: string }>(
    'select cursor from feed_places where follower = $1 and feed = $2',
    [follower, feed],
  )
  return row?.cursor ?? ''
}

/** How far the follower has come, held until the transaction ends; undefined while another instance holds it. */
async function lockPlace(sql: Sql, follower: string, feed: string): Promise<string | undefined> {
  await sql.query(`insert into feed_places (follower, feed, cursor) values ($1, $2, '') on conflict do nothing`, [
    follower,
    feed,
  ])
  const [row] = await sql.query<{ cursor: string }>(
    'select cursor from feed_places where follower = $1 and feed = $2 for update skip locked',
    [follower, feed],
  )
  return row?.cursor
}

/** The name that its entries are told under: its contract's. */
function nameOf({ provider, name }: Feed<unknown>): string {
  return `${provider}/${name}`
}

function aborted(ms: number, signal: AbortSignal): Promise<boolean> {
  return sleep(ms, signal.aborted, { signal }).catch(() => true)
}
