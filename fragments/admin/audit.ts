/** The audit log: what happened, each row chained to the one before it. Rules without SQL; `audit-verify.ts` checks them. */
import { hash } from 'node:crypto'
import type { Sql } from '#kit/database.ts'
import type { Cursor } from './audit-cursor.ts'
import * as store from './audit-store.ts'

/** What happened, as its event has told it. */
export interface Entry {
  readonly event: string
  readonly type: string
  /** The service that told it. */
  readonly source: string
  readonly subject: string
  readonly happenedAt: Date
  /** Whom the event names: who did it, or else whom it is about. */
  readonly actor: string | null
  readonly trace: string
  /** As JSON, to the byte. */
  readonly data: string
}

/** The end of a chain. */
export interface Head {
  readonly position: number
  readonly hash: string
}

export interface Row extends Entry, Head {
  readonly notedAt: Date
  /** The hash of the row before. */
  readonly previous: string
}

/** All of it must hold. */
export interface Filter {
  readonly type?: string | undefined
  /** Of what it is about, or of whom it names. */
  readonly id?: string | undefined
}

export interface Page {
  readonly rows: readonly Row[]
  readonly newer: Cursor | undefined
  readonly older: Cursor | undefined
}

/** What the first row follows. */
export const ORIGIN: Head = { position: 0, hash: '0'.repeat(64) }

/** Names the encoding: another one, some day, begins with another name. */
const ENCODING = 'selvedge-audit-1'
const PAGE_SIZE = 25

/** Adds it at the end of the chain, once. Others wait for that until this transaction is over. */
export async function note(sql: Sql, entry: Entry): Promise<void> {
  const { head = ORIGIN, now } = await store.holdHead(sql)
  await store.addRow(sql, follow(head, entry, now))
}

export function follow(head: Head, entry: Entry, notedAt: Date): Row {
  const unsealed = { ...entry, notedAt, position: head.position + 1, previous: head.hash }
  return { ...unsealed, hash: hashOf(unsealed) }
}

/** Over a row's columns, all but the hash itself, as JSON: no two rows are the same text. */
export function hashOf(row: Omit<Row, 'hash'>): string {
  const { position, event, type, source, subject, happenedAt, notedAt, actor, trace, data, previous } = row
  const times = [textOf(happenedAt), textOf(notedAt)]
  const columns = [ENCODING, position, event, type, source, subject, ...times, actor, trace, data, previous]
  return hash('sha256', JSON.stringify(columns), 'hex')
}

/** What happened last comes first: the page that the cursor points to, or the first one. */
export async function listPage(sql: Sql, filter: Filter, cursor: Cursor | undefined): Promise<Page> {
  const found = await store.listRows(sql, filter, cursor, PAGE_SIZE + 1)
  const more = found.length > PAGE_SIZE
  const rows = found.slice(0, PAGE_SIZE)
  const back = cursor?.toward === 'newer'
  if (back) rows.reverse()
  return {
    rows,
    newer: (back ? more : cursor !== undefined) ? cursorAt(rows[0], 'newer') : undefined,
    older: (back ? true : more) ? cursorAt(rows.at(-1), 'older') : undefined,
  }
}

/** What staff write down of a head, and `verify` takes: `120:3fa9c1d2e4b50a77`. */
export function nameHead({ position, hash }: Head): string {
  return `${position}:${hash.slice(0, 16)}`
}

/** The database gives what is no time, such as `infinity`, as a number: such a row was changed, and is no reason to fail. */
function textOf(at: Date): string {
  return Number.isFinite(Number(at)) ? at.toISOString() : String(at)
}

function cursorAt(row: Row | undefined, toward: Cursor['toward']): Cursor | undefined {
  return row && { toward, happenedAt: row.happenedAt, position: row.position }
}
