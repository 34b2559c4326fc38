/** The tables of notifications. SQL only lives here; what a person reads and marks is scoped by that person's id. */
import type { Sql } from '#kit/database.ts'
import type { Cursor } from './cursor.ts'
import type { News, Note } from './notes.ts'

const COLUMNS = 'id, title, body, href, at, read_at is not null as read'
const MOST_DELETED_AT_ONCE = 5_000

interface Owner {
  readonly userId: string
}

/** Adds what is not there yet, and returns whose notes it added. */
export async function addNotes(sql: Sql, news: readonly News[]): Promise<string[]> {
  if (news.length === 0) return []
  const added = await sql.query<Owner>(
    `insert into notifications.notes (user_id, event, title, body, href, at)
     select "userId", event, title, body, href, at
     from jsonb_to_recordset($1::jsonb)
       as news ("userId" uuid, event text, title text, body text, href text, at timestamptz)
     where "userId" not in (select user_id from notifications.closed_accounts)
     order by at on conflict do nothing returning user_id as "userId"`,
    [JSON.stringify(news)],
  )
  return ownersOf(added)
}

/** In the direction of the cursor: newest first, except when reading back toward newer ones. */
export async function listNotes(sql: Sql, userId: string, cursor: Cursor | undefined, limit: number): Promise<Note[]> {
  const back = cursor?.toward === 'newer'
  const place = cursor ? `and (at, id) ${back ? '>' : '<'} ($3, $4)` : ''
  const order = back ? 'asc' : 'desc'
  return sql.query<Note>(
    `select ${COLUMNS} from notifications.notes where user_id = $1 ${place}
     order by at ${order}, id ${order} limit $2`,
    cursor ? [userId, limit, cursor.at, cursor.id] : [userId, limit],
  )
}

/** All that a person was told and that is still kept, oldest first. */
export async function listAllNotes(sql: Sql, userId: string): Promise<Note[]> {
  return sql.query<Note>(`select ${COLUMNS} from notifications.notes where user_id = $1 order by at, id`, [userId])
}

/** Stops counting at `most`. */
export async function countUnread(
  sql: Sql,
  userId: string,
  most: number,
): Promise<{ count: number; upTo: number | null }> {
  const [row] = await sql.query<{ count: number; upTo: number | null }>(
    `select (select count(*) from (select from notifications.notes
       where user_id = $1 and read_at is null limit $2) as unread) as count,
       (select max(id) from notifications.notes where user_id = $1 and read_at is null) as "upTo"`,
    [userId, most],
  )
  return row ?? { count: 0, upTo: null }
}

/** Returns the owner if it was unread. */
export async function markRead(sql: Sql, userId: string, id: number): Promise<string[]> {
  const marked = await sql.query<Owner>(
    `update notifications.notes set read_at = now() where user_id = $1 and id = $2 and read_at is null
     returning user_id as "userId"`,
    [userId, id],
  )
  return ownersOf(marked)
}

/** Returns the owner if any was unread. */
export async function markAllRead(sql: Sql, userId: string, upTo: number): Promise<string[]> {
  const marked = await sql.query<Owner>(
    `update notifications.notes set read_at = now() where user_id = $1 and id <= $2 and read_at is null
     returning user_id as "userId"`,
    [userId, upTo],
  )
  return ownersOf(marked)
}

export async function addClosed(sql: Sql, userIds: readonly string[]): Promise<void> {
  await sql.query(
    'insert into notifications.closed_accounts (user_id) select unnest($1::uuid[]) on conflict do nothing',
    [userIds],
  )
}

/** Returns whose notes were deleted. */
export async function deleteNotesOf(sql: Sql, userIds: readonly string[]): Promise<string[]> {
  const deleted = await sql.query<Owner>(
    'delete from notifications.notes where user_id = any($1) returning user_id as "userId"',
    [userIds],
  )
  return ownersOf(deleted)
}

/** Deletes notes older than three years, read ones older than one, and those of closed accounts. Returns whose they were. */
export async function deleteOldNotes(sql: Sql): Promise<string[]> {
  const deleted = await sql.query<Owner>(
    `delete from notifications.notes where id in (
       select id from notifications.notes
       where at < now() - interval '3 years'
         or (read_at is not null and at < now() - interval '1 year')
         or user_id in (select user_id from notifications.closed_accounts)
       limit $1)
     returning user_id as "userId"`,
    [MOST_DELETED_AT_ONCE],
  )
  return ownersOf(deleted)
}

function ownersOf(rows: readonly Owner[]): string[] {
  return [...new Set(rows.map(({ userId }) => userId))]
}
