/** What only the demonstration does with accounts: its password is public, so they come and go with it. */
import type { Sql } from '#kit/database.ts'

/** Makes accounts that were just added as old as they are to look. */
export async function dateBack(sql: Sql, ids: readonly string[], days: number): Promise<void> {
  await sql.query('update auth.users set created_at = now() - make_interval(days => $2) where id = any($1)', [
    ids,
    days,
  ])
}

/** Takes their passwords from the accounts that have one, and locks those that were open. Returns how many they were. */
export async function retireAccounts(sql: Sql, ids: readonly string[]): Promise<number> {
  const retired = await sql.query(
    `update auth.users set password = null, state = 'locked',
       state_by = case state when 'open' then null else state_by end,
       state_reason = case state when 'open' then null else state_reason end,
       state_at = case state when 'open' then now() else state_at end
     where id = any($1) and password is not null returning id`,
    [ids],
  )
  return retired.length
}

/** The ids of those accounts that were retired. */
export async function listRetired(sql: Sql, ids: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select id from auth.users where id = any($1) and password is null and state = 'locked'`,
    [ids],
  )
  return rows.map(({ id }) => id)
}

/** Gives a retired account a password again; what staff have locked stays locked. */
export async function reopenAccount(sql: Sql, id: string, password: string): Promise<void> {
  await sql.query(
    `update auth.users set password = $2, password_changed_at = null,
       state = case when state_by is null then 'open' else 'locked' end,
       state_at = case when state_by is null then null else state_at end
     where id = $1 and password is null and state = 'locked'`,
    [id, password],
  )
}

/** The addresses of those accounts that the demonstration's password still opens. */
export async function listOpen(sql: Sql, ids: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ email: string }>(
    `select email from auth.users where id = any($1) and state = 'open' and password_changed_at is null order by email`,
    [ids],
  )
  return rows.map(({ email }) => email)
}

/** The ids of those accounts that are there, whatever their state. */
export async function listKnown(sql: Sql, ids: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ id: string }>('select id from auth.users where id = any($1)', [ids])
  return rows.map(({ id }) => id)
}

export async function countAccounts(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ count: number }>('select count(*) from auth.users')
  return row?.count ?? 0
}
