/** Brings the tables of every MFE up to date: `migrations/*.sql` in order, each once, all or nothing. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from './database.ts'

/** Serialises instances that start at the same time. The number is "selvedge" on a telephone's keys, cut to 31 bits. */
const LOCK = 735_833_43

/** Runs what has not run yet. Throws when a migration that has run was edited since: write a new one instead. */
export async function migrate(db: Database, folders: Readonly<Record<string, string>>): Promise<string[]> {
  return db.transaction(async (sql) => {
    await sql.query('select pg_advisory_xact_lock($1)', [LOCK])
    await sql.query(`create table if not exists public.migrations (
      owner text not null, name text not null, checksum text not null, at timestamptz not null default now(),
      primary key (owner, name))`)
    const known = new Map<string, string>()
    for (const row of await sql.query<{ owner: string; name: string; checksum: string }>(
      'select * from public.migrations',
    )) {
      known.set(`${row.owner}/${row.name}`, row.checksum)
    }
    const done: string[] = []
    for (const [owner, folder] of Object.entries(folders)) {
      for (const name of migrationsIn(folder)) {
        const text = readFileSync(join(folder, name), 'utf8')
        const checksum = createHash('sha256').update(text).digest('hex')
        const before = known.get(`${owner}/${name}`)
        if (before === checksum) continue
        if (before !== undefined) {
          throw new Error(
            `${owner}/${name} has changed since it ran on this database. Undo that and add a new migration.`,
          )
        }
        await sql.query(text)
        await sql.query('insert into public.migrations (owner, name, checksum) values ($1, $2, $3)', [
          owner,
          name,
          checksum,
        ])
        done.push(`${owner}/${name}`)
      }
    }
    return done
  })
}

function migrationsIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
}
