/** The table of users. SQL of accounts only lives here and, for the demonstration, in `demo-store.ts`. */
import type { Role } from '#kit/context.ts'
import type { Sql } from '#kit/database.ts'
import { patternOf } from '#kit/search.ts'
import { ABSOLUTE_HOURS, IDLE_MINUTES } from '#kit/session.ts'
import { searchable } from './search.ts'

/** Closed: by its owner, for good. Locked: by staff, until it is unlocked. */
export const STATES = ['open', 'locked', 'closed'] as const
export type State = (typeof STATES)[number]

export interface Account {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly state: State
  /** A PHC string; null where nobody can sign in. */
  readonly password: string | null
  /** Null while the password is the first one. */
  readonly passwordChangedAt: Date | null
  readonly createdAt: Date
  readonly lastSeenAt: Date | null
}

export interface Session {
  readonly openedAt: Date
  readonly seenAt: Date
}

/** Which accounts to list: those after the account `after`, by name. */
export interface Wanted {
  readonly q?: string | undefined
  readonly state?: State | undefined
  readonly role?: Role | undefined
  readonly after?: string | undefined
}

/** Why, by whom and when the state of an account changed. */
interface Reason {
  readonly reason: string | null
  readonly by: string
}

const COLUMNS = `id, email, name, role, state, password, password_changed_at as "passwordChangedAt",
  created_at as "createdAt", last_seen_at as "lastSeenAt"`

export async function findByEmail(sql: Sql, email: string): Promise<Account | undefined> {
  const [account] = await sql.query<Account>(`select ${COLUMNS} from auth.users where email = $1`, [email])
  return account
}

export async function findById(sql: Sql, id: string): Promise<Account | undefined> {
  const [account] = await listByIds(sql, [id])
  return account
}

export async function listByIds(sql: Sql, ids: readonly string[]): Promise<Account[]> {
  return sql.query<Account>(`select ${COLUMNS} from auth.users where id = any($1) order by search, id`, [ids])
}

/** The account as it is, held until the transaction ends. */
export async function holdAccount(sql: Sql, id: string): Promise<Account | undefined> {
  const [account] = await sql.query<Account>(`select ${COLUMNS} from auth.users where id = $1 for update`, [id])
  return account
}

/** By name, up to `limit`. */
export async function listAccounts(sql: Sql, wanted: Wanted, limit: number): Promise<Account[]> {
  const { q, state, role, after } = wanted
  return sql.query<Account>(
    `select ${COLUMNS} from auth.users
     where ($1::text is null or search like $1) and ($2::text is null or state = $2) and ($3::text is null or role = $3)
       and ($4::uuid is null or (search, id) > (select search, id from auth.users where id = $4))
     order by search, id limit $5`,
    [q ? patternOf(q) : null, state ?? null, role ?? null, after ?? null, limit],
  )
}

/** How many accounts there are of each role in each state. */
export async function countByState(sql: Sql): Promise<{ role: Role; state: State; count: number }[]> {
  return sql.query('select role, state, count(*) from auth.users group by role, state order by role, state')
}

/** Replaces a hash, unless it has changed since it was read: a new password must not be undone by an old sign-in. */
export async function replaceHash(sql: Sql, id: string, before: string, after: string): Promise<void> {
  await sql.query('update auth.users set password = $3 where id = $1 and password = $2', [id, before, after])
}

/** Notes that somebody signed in; false where the account or its password is no longer as it was read. */
export async function noteSeen(sql: Sql, { id, passwordChangedAt }: Account): Promise<boolean> {
  const rows = await sql.query(
    `update auth.users set last_seen_at = now()
     where id = $1 and state = 'open' and password_changed_at is not distinct from $2 returning id`,
    [id, passwordChangedAt],
  )
  return rows.length > 0
}

/** Gives an open account a new password, and returns when; undefined where it, or its password, is not as it was read. */
export async function setPassword(
  sql: Sql,
  { id, passwordChangedAt }: Account,
  password: string,
): Promise<Date | undefined> {
  const [changed] = await sql.query<{ at: Date }>(
    `update auth.users set password = $3, password_changed_at = clock_timestamp()
     where id = $1 and state = 'open' and password_changed_at is not distinct from $2
     returning password_changed_at as at`,
    [id, passwordChangedAt, password],
  )
  return changed?.at
}

/** Locks or opens, on record; a closed account has no password, so that nobody can ever sign in to it. */
export async function setState(sql: Sql, id: string, state: State, { reason, by }: Reason): Promise<void> {
  await sql.query(
    `with changed as (
       update auth.users set state = $2, state_reason = $3, state_by = $4, state_at = clock_timestamp(),
         password = case $2 when 'closed' then null else password end
       where id = $1 returning id, state, state_reason, state_by, state_at)
     insert into auth.state_changes (user_id, state, reason, actor, at) select * from changed`,
    [id, state, reason, by],
  )
}

/** Adds an account; does nothing if there is one with this id or address. */
export async function addAccount(
  sql: Sql,
  account: Pick<Account, 'id' | 'email' | 'name' | 'role' | 'password'>,
): Promise<void> {
  const { id, email, name, role, password } = account
  await sql.query(
    `insert into auth.users (id, email, name, role, password, search) values ($1, $2, $3, $4, $5, $6)
     on conflict do nothing`,
    [id, email, name, role, password, searchable(account)],
  )
}

/** Ends this one session; returns nothing where it has ended already. */
export async function endOneSession(sql: Sql, handle: string): Promise<string[]> {
  return handlesOf(await sql.query('delete from sessions where handle = $1 returning handle', [handle]))
}

export async function endSessionsOf(sql: Sql, userIds: readonly string[]): Promise<string[]> {
  return handlesOf(await sql.query('delete from sessions where user_id = any($1) returning handle', [userIds]))
}

/** Ends all sessions of a person but the one with this handle, and returns the handles of those. */
export async function endOtherSessions(sql: Sql, userId: string, handle: string): Promise<string[]> {
  const query = 'delete from sessions where user_id = $1 and handle <> $2 returning handle'
  return handlesOf(await sql.query(query, [userId, handle]))
}

function handlesOf(rows: readonly { handle: string }[]): string[] {
  return rows.map(({ handle }) => handle)
}

export async function listSessions(sql: Sql, userId: string): Promise<Session[]> {
  return sql.query<Session>(
    'select opened_at as "openedAt", seen_at as "seenAt" from sessions where user_id = $1 order by opened_at',
    [userId],
  )
}

/** Sessions that somebody can still use. */
export async function countSessions(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `select count(*) from sessions where opened_at > now() - make_interval(hours => $1)
       and seen_at > now() - make_interval(mins => ($2::jsonb ->> role)::int)`,
    [ABSOLUTE_HOURS, JSON.stringify(IDLE_MINUTES)],
  )
  return row?.count ?? 0
}

/** Deletes the sessions that are too old for anybody to use. */
export async function deleteOldSessions(sql: Sql): Promise<void> {
  await sql.query('delete from sessions where opened_at <= now() - make_interval(hours => $1)', [ABSOLUTE_HOURS])
}
