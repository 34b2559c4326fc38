/** The table of users. */
import type { Role } from '#kit/context.ts'
import type { Sql } from '#kit/database.ts'

export interface Account {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly role: Role
  /** A PHC string. */
  readonly password: string
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

export async function countAccounts(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ count: number }>('select count(*) from auth.users')
  return row?.count ?? 0
}
