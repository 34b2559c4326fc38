/** Notes: what people are told, once for each event, and what they have read of it. Rules without HTTP. */
import { raiseTags } from '#kit'
import type { Database, Sql } from '#kit/database.ts'
import { publisher } from '../../hub/publish.ts'
import type { Cursor } from './cursor.ts'
import * as store from './store.ts'

/** What is told: before anybody has read it. */
export interface News {
  readonly userId: string
  /** Names what it tells of, once and for ever. */
  readonly event: string
  /** What happened, as a sentence. */
  readonly title: string
  /** What it means for the person and their money; may be empty. */
  readonly body: string
  readonly href: string
  readonly at: Date
}

export interface Note extends Omit<News, 'userId' | 'event'> {
  readonly id: number
  readonly read: boolean
}

export interface Page {
  readonly notes: readonly Note[]
  readonly newer: Cursor | undefined
  readonly older: Cursor | undefined
}

export interface Unread {
  readonly count: number
  /** There are more than were counted. */
  readonly more: boolean
  /** The id of the newest unread note, up to which "all" is marked as read; undefined where all are read. */
  readonly upTo: number | undefined
}

const publish = publisher('notifications')
const PAGE_SIZE = 20
const MOST_COUNTED = 99

/**
 * Tells people of what happened to them. What was told before is left out. Whose account was closed is told nothing any
 * more, and what they were told is deleted for good.
 */
export async function tell(sql: Sql, news: readonly News[], closed: readonly string[] = []): Promise<void> {
  const forgotten = closed.length > 0 ? await forget(sql, closed) : []
  const told = await store.addNotes(sql, news)
  await publish(
    sql,
    told.map((userId) => ({ type: 'notification.created', subject: userId, data: { userId } })),
  )
  await raiseFor(sql, [...forgotten, ...told])
}

/** Marks one note of this user as read. One that is read already, or gone, is as they want it. */
export async function markRead(db: Database, userId: string, id: number): Promise<void> {
  await db.transaction(async (sql) => raiseFor(sql, await store.markRead(sql, userId, id)))
}

/** Marks all notes up to this one as read, so that none is marked that came after the page was shown. */
export async function markAllRead(db: Database, userId: string, upTo: number): Promise<void> {
  await db.transaction(async (sql) => raiseFor(sql, await store.markAllRead(sql, userId, upTo)))
}

/** Newest first: the page that the cursor points to, or the first one. */
export async function listPage(sql: Sql, userId: string, cursor?: Cursor): Promise<Page> {
  const found = await store.listNotes(sql, userId, cursor, PAGE_SIZE + 1)
  const more = found.length > PAGE_SIZE
  const notes = found.slice(0, PAGE_SIZE)
  const back = cursor?.toward === 'newer'
  if (back) notes.reverse()
  return {
    notes,
    // Where we came from there is at least the note that the cursor was made of.
    newer: (back ? more : cursor !== undefined) ? cursorAt(notes[0], 'newer') : undefined,
    older: (back ? true : more) ? cursorAt(notes.at(-1), 'older') : undefined,
  }
}

/** How many notes are unread, counted as far as the bell shows. */
export async function countUnread(sql: Sql, userId: string): Promise<Unread> {
  const { count, upTo } = await store.countUnread(sql, userId, MOST_COUNTED + 1)
  return { count: Math.min(count, MOST_COUNTED), more: count > MOST_COUNTED, upTo: upTo ?? undefined }
}

/** Deletes what is older than three years, and what was read and is older than one, of whomever. */
export async function deleteOld(db: Database): Promise<void> {
  await db.transaction(async (sql) => raiseFor(sql, await store.deleteOldNotes(sql)))
}

async function forget(sql: Sql, userIds: readonly string[]): Promise<string[]> {
  await store.addClosed(sql, userIds)
  return store.deleteNotesOf(sql, userIds)
}

/** Last in a transaction, and once: tags are locked until the commit. */
async function raiseFor(sql: Sql, userIds: readonly string[]): Promise<void> {
  if (userIds.length === 0) return
  await raiseTags(
    sql,
    userIds.map((id) => `notifications:${id}`),
  )
}

function cursorAt(note: Note | undefined, toward: Cursor['toward']): Cursor | undefined {
  return note && { toward, at: note.at, id: note.id }
}
