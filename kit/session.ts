/** Sessions: opaque 256-bit ids in a host-locked cookie, their hashes in the store. */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { Role, User } from './context.ts'
import type { Sql } from './database.ts'

export const SESSION_COOKIE = '__Host-sid'

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
  if (!cookie || !/^[A-Za-z0-9_-]{43}$/.test(cookie)) return undefined
  const [row] = await sql.query<{ handle: string; user_id: string; name: string; role: Role; quiet: number }>(
    `select handle, user_id, name, role, extract(epoch from now() - seen_at)::float8 as quiet from sessions
     where hash = $1 and opened_at > now() - make_interval(hours => $2)
       and seen_at > now() - make_interval(mins => case role when 'customer' then $4::int else $3::int end)`,
    [hashOf(cookie), ABSOLUTE_HOURS, IDLE_MINUTES.staff, IDLE_MINUTES.customer],
  )
  if (!row) return undefined
  if (row.quiet > SEEN_SECONDS) await sql.query('update sessions set seen_at = now() where hash = $1', [hashOf(cookie)])
  return { id: row.user_id, name: row.name, role: row.role, session: row.handle }
}

/** Ends a session by its handle and returns the `Set-Cookie` value that clears it. */
export async function endSession(sql: Sql, handle: string | undefined): Promise<string> {
  if (handle) await sql.query('delete from sessions where handle = $1', [handle])
  return `${SESSION_COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0`
}

function hashOf(id: string): Buffer {
  return createHash('sha256').update(id).digest()
}
