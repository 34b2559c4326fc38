/** The table of contact details. SQL only lives here. */
import type { Sql } from '#kit/database.ts'
import type { Details, Kept } from './contact-details.ts'

const COLUMNS = 'phone, street, postcode, city, country, language, version, changed_at as "changedAt", closed'

const NOTHING: Kept = {
  phone: '',
  street: '',
  postcode: '',
  city: '',
  country: '',
  language: 'en',
  version: 0,
  changedAt: null,
  closed: false,
}

export async function findDetails(sql: Sql, userId: string): Promise<Kept> {
  const [kept] = await sql.query<Kept>(`select ${COLUMNS} from profile.details where user_id = $1`, [userId])
  return kept ?? NOTHING
}

/** The details as they are, held until the transaction ends: of two that save, one waits and sees what the other did. */
export async function holdDetails(sql: Sql, userId: string): Promise<Kept> {
  await sql.query('insert into profile.details (user_id) values ($1) on conflict do nothing', [userId])
  const [kept] = await sql.query<Kept>(`select ${COLUMNS} from profile.details where user_id = $1 for update`, [userId])
  return kept ?? NOTHING
}

/** Writes new details as the next version. */
export async function writeDetails(sql: Sql, userId: string, details: Details): Promise<Kept> {
  const { phone, street, postcode, city, country, language } = details
  const [kept] = await sql.query<Kept>(
    `update profile.details set phone = $2, street = $3, postcode = $4, city = $5, country = $6, language = $7,
       version = version + 1, changed_at = clock_timestamp()
     where user_id = $1 returning ${COLUMNS}`,
    [userId, phone, street, postcode, city, country, language],
  )
  return kept ?? NOTHING
}

/** Adds details where nothing was ever saved. */
export async function addDetails(sql: Sql, userId: string, details: Details): Promise<void> {
  const { phone, street, postcode, city, country, language } = details
  await sql.query(
    `insert into profile.details (user_id, phone, street, postcode, city, country, language, version)
     values ($1, $2, $3, $4, $5, $6, $7, 1) on conflict do nothing`,
    [userId, phone, street, postcode, city, country, language],
  )
}

/** Deletes what is kept about these people, for good: nothing is saved for them any more. */
export async function eraseDetails(sql: Sql, userIds: readonly string[]): Promise<void> {
  await sql.query(
    `insert into profile.details (user_id, closed) select id, true from unnest($1::uuid[]) as gone (id)
     on conflict (user_id) do update set phone = '', street = '', postcode = '', city = '', country = '',
       language = 'en', version = details.version + 1, changed_at = null, closed = true`,
    [userIds],
  )
}
