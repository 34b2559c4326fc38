/** The table of users. */
import type { Role } from '#kit/context.ts'
import type { Sql } from '#kit/database.ts'
import { ABSOLUTE_HOURS } from '#kit/session.ts'

export interface Account {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly role: Role
  /** A PHC string; null where the account is locked. */
  readonly password: string | null
}

export async function findByEmail(sql: Sql, email: string): Promise<Account | undefined> {
  const [account] = await sql.query<Account>(
    'select id, email, name, role, password from auth.users where email = $1',
    [email],
  )
  return account
}

/** Replaces a hash, unless it has changed since it was read: a new password must not be undone by an old sign-in. */
export async function replaceHash(sql: Sql, id: string, before: string, after: string): Promise<void> {
  await sql.query('update auth.users set password = $3 where id = $1 and password = $2', [id, before, after])
}

/** Adds an account; does nothing if there is one with this id or address. */
export async function addAccount(sql: Sql, { id, email, name, role, password }: Account): Promise<void> {
  await sql.query(
    'insert into auth.users (id, email, name, role, password) values ($1, $2, $3, $4, $5) on conflict do nothing',
    [id, email, name, role, password],
  )
}

/** Locks those accounts that are open, and returns how many they were. */
export async function lockAccounts(sql: Sql, ids: readonly string[]): Promise<number> {
  const locked = await sql.query(
    'update auth.users set password = null where id = any($1) and password is not null returning id',
    [ids],
  )
  return locked.length
}

/** Gives a locked account a password again; does nothing to one that has a password. */
export async function unlockAccount(sql: Sql, id: string, password: string): Promise<void> {
  await sql.query('update auth.users set password = $2 where id = $1 and password is null', [id, password])
}

/** The ids of those accounts that are locked. */
export async function listLocked(sql: Sql, ids: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ id: string }>('select id from auth.users where id = any($1) and password is null', [
    ids,
  ])
  return rows.map(({ id }) => id)
}

/** The addresses of those accounts that somebody can sign in to. */
export async function listOpen(sql: Sql, ids: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ email: string }>(
    'select email from auth.users where id = any($1) and password is not null order by email',
    [ids],
  )
  return rows.map(({ email }) => email)
}

export async function endSessionsOf(sql: Sql, userIds: readonly string[]): Promise<void> {
  await sql.query('delete from sessions where user_id = any($1)', [userIds])
}

/** Deletes the sessions that are too old for anybody to use. */
export async function deleteOldSessions(sql: Sql): Promise<void> {
  await sql.query('delete from sessions where opened_at <= now() - make_interval(hours => $1)', [ABSOLUTE_HOURS])
}

export async function countAccounts(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ count: number }>('select count(*) from auth.users')
  return row?.count ?? 0
}
