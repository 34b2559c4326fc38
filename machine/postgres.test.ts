import { cpSync, existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { bornAt } from './identity.ts'
import { holdRun } from './lock.ts'
import { endOrphans } from './orphans.ts'
import { startPostgres } from './postgres.ts'
import { readRecords } from './record.ts'
import { runApart, type Scratch, withScratch } from './scratch.ts'

const postgres = suite('machine/postgres')

postgres(
  'a cluster is made, durable and closed to the network, and its data is there after stop and start',
  withScratch(async (scratch) => {
    const first = await start(scratch)
    await ask(first.url, 'CREATE TABLE kept (id int)')
    await ask(first.url, 'INSERT INTO kept VALUES (1)')
    const query = `SELECT name, setting FROM pg_settings WHERE name = ANY('{
      fsync, synchronous_commit, full_page_writes, data_checksums, listen_addresses, server_encoding}')`
    const settings = Object.fromEntries((await ask(first.url, query)).map(({ name, setting }) => [name, setting]))
    assert.equal(settings, {
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      data_checksums: 'on',
      listen_addresses: '',
      server_encoding: 'UTF8',
    })
    assert.is(lstatSync(join(scratch.run.path, 'postgres')).uid, scratch.run.user?.uid ?? process.getuid?.())

    await first.stop()
    assert.equal(readdirSync(scratch.run.sockets), [])
    const second = await start(scratch)
    assert.is((await ask(second.url, 'SELECT * FROM kept')).length, 1)
  }),
)

postgres(
  'a stop does not wait for clients that stay connected',
  withScratch(async (scratch) => {
    const { url, stop } = await start(scratch)
    const client = new Client({ connectionString: url })
    client.on('error', () => {})
    await client.connect()
    const before = performance.now()
    await stop()
    assert.ok(performance.now() - before < 10_000)
  }),
)

postgres(
  'after a start was killed, the next one ends its PostgreSQL, recovers, and has every committed row',
  withScratch(async (scratch) => {
    const killed = await runApart(scratch, untilKilled)
    assert.throws(() => holdRun(scratch.run), /in use by process/)
    await killed.kill()
    scratch.later(holdRun(scratch.run))
    const orphan = Number(killed.line)
    assert.ok(bornAt(orphan), 'PostgreSQL outlives the killed start')
    assert.equal(await endOrphans(scratch.run), ['postgres'])
    assert.not(bornAt(orphan))
    const { url } = await start(scratch)
    assert.is((await ask(url, 'SELECT * FROM kept')).length, 1)
  }),
)

postgres(
  'after all were killed, postmaster.pid with the number of a stranger does not stop the next start',
  withScratch(async (scratch) => {
    const killed = await runApart(scratch, untilKilled)
    process.kill(Number(killed.line), 'SIGKILL')
    await killed.kill()
    await endOrphans(scratch.run)
    const file = join(scratch.run.path, 'postgres', 'postmaster.pid')
    const stranger = await runApart(scratch, 'console.log(1); setInterval(() => {}, 1000)')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^\d+/, String(stranger.pid)))
    const { url } = await start(scratch)
    assert.is((await ask(url, 'SELECT * FROM kept')).length, 1)
    assert.ok(bornAt(stranger.pid))
  }),
)

postgres(
  'a PostgreSQL that nobody noted down is found by postmaster.pid and ended',
  withScratch(async (scratch) => {
    const killed = await runApart(scratch, untilKilled)
    await killed.kill()
    const { url } = await start(scratch)
    assert.not(bornAt(Number(killed.line)))
    assert.is((await ask(url, 'SELECT * FROM kept')).length, 1)
  }),
)

postgres(
  'a first start killed while making the cluster leaves nothing that the next one trips over',
  withScratch(async (scratch) => {
    cpSync(import.meta.dirname, join(scratch.run.path, 'postgres.unfinished'), { recursive: true })
    await start(scratch)
    assert.not(existsSync(join(scratch.run.path, 'postgres.unfinished')))
  }),
)

postgres(
  'a cluster of another major version is refused with both ways on',
  withScratch(async (scratch) => {
    const { stop } = await start(scratch)
    await stop()
    writeFileSync(join(scratch.run.path, 'postgres', 'PG_VERSION'), '9\n')
    const message = await startPostgres(scratch.run).then(() => 'started', String)
    assert.match(message, /made by PostgreSQL 9, and this machine has \d+.*apt-get install postgresql-9.*rm -r/)
  }),
)

postgres(
  'a PostgreSQL that dies is reported with the end of its log',
  withScratch(async (scratch) => {
    const { pid, ended } = await start(scratch)
    process.kill(pid, 'SIGKILL')
    assert.match((await ended)?.message ?? '', /postgres was ended by SIGKILL.*ready to accept connections/s)
    assert.is(readRecords(scratch.run).size, 0)
  }),
)

const untilKilled = `
  import pg from 'pg'
  import { openRunFolder } from './folder.ts'
  import { holdRun } from './lock.ts'
  import { startPostgres } from './postgres.ts'
  const run = openRunFolder()
  holdRun(run)
  const { url, pid } = await startPostgres(run)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('CREATE TABLE kept (id int)')
  await client.query('INSERT INTO kept VALUES (1)')
  console.log(pid)
  setInterval(() => {}, 1000)`

async function start({ run, later }: Scratch) {
  const started = await startPostgres(run)
  later(started.stop)
  return started
}

async function ask(url: string, query: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(query)).rows
  } finally {
    await client.end()
  }
}

postgres.run()
