/** Sessions: opaque 256-bit ids in a host-locked cookie, their hashes in the store. */
import { hash, randomBytes, randomUUID } from 'node:crypto'
import type { Role, User } from './context.ts'
import type { Sql } from './database.ts'

export const SESSION_COOKIE = '__Host-sid'
/** The `Set-Cookie` value that clears the cookie. */
export const CLEARED = `${SESSION_COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0`

/** Minutes without a request of the person. PSD2 RTS art. 4(3)(d) allows five for payments; staff as in PCI DSS 8.2.8. */
export const IDLE_MINUTES: Record<Role, number> = { customer: 5, staff: 15, auditor: 15 }
/** Hours until one must sign in again whatever happens (OWASP: 4 to 8). */
export const ABSOLUTE_HOURS = 8
/** How exact `seen_at` is: reading a page must not write a row each time. */
const SEEN_SECONDS = 15

export interface SessionOwner {
  readonly id: string
  readonly name: string
  readonly role: Role
}

/** Opens a session and returns the `Set-Cookie` value that carries it. */
export async function openSession(sql: Sql, owner: SessionOwner): Promise<string> {
  const id = randomBytes(32).toString('base64url')
  await sql.query('insert into sessions (hash, handle, user_id, name, role) values ($1, $2, $3, $4, $5)', [
    hashOf(id),
    randomUUID(),
    owner.id,
    owner.name,
    owner.role,
  ])
  return `${SESSION_COOKIE}=${id}; Path=/; Secure; HttpOnly; SameSite=Strict`
}

/** Who a cookie belongs to; undefined when it is malformed, unknown, idle for too long or too old. */
export async function readSession(sql: Sql, cookie: string | undefined): Promise<User | undefined> {
  const known = hashOfSession(cookie)
  return known && (await findSession(sql, known, []))?.user
}

/** What the store knows a cookie by; undefined for what can be no session's. */
export function hashOfSession(cookie: string | undefined): Buffer | undefined {
  return cookie && /^[A-Za-z0-9_-]{43}$/.test(cookie) ? hashOf(cookie) : undefined
}

export interface FoundSession {
  readonly user: User
  /** Of the tags that were asked for, those that were ever raised. */
  readonly counters: Readonly<Record<string, number>>
}

interface Row {
  readonly handle: string
  readonly user_id: string
  readonly name: string
  readonly role: Role
  readonly quiet: number
  readonly counters: Record<string, number> | null
}

/** The session that lives, and the counters of tags beside it: each page needs both, and one statement is half of two. */
export async function findSession(sql: Sql, known: Buffer, tags: readonly string[]): Promise<FoundSession | undefined> {
  const [row] = await sql.query<Row>(
    `select handle, user_id, name, role, extract(epoch from now() - seen_at)::float8 as quiet,
       (select json_object_agg(tag, counter) from tags where tag = any($5)) as counters
     from sessions
     where hash = $1 and opened_at > now() - make_interval(hours => $2)
       and seen_at > now() - make_interval(mins => case role when 'customer' then $4::int else $3::int end)`,
    [known, ABSOLUTE_HOURS, IDLE_MINUTES.staff, IDLE_MINUTES.customer, tags],
  )
  if (!row) return undefined
  if (row.quiet > SEEN_SECONDS) await sql.query('update sessions set seen_at = now() where hash = $1', [known])
  const { user_id: id, name, role, handle: session } = row
  return { user: { id, name, role, session }, counters: row.counters ?? {} }
}

/** Ends a session by its handle and returns the `Set-Cookie` value that clears it. */
export async function endSession(sql: Sql, handle: string | undefined): Promise<string> {
  if (handle) await sql.query('delete from sessions where handle = $1', [handle])
  return CLEARED
}

function hashOf(id: string): Buffer {
  return hash('sha256', id, 'buffer')
}
