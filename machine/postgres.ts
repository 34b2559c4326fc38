import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { findCommand, findPostgresFolders } from './command.ts'
import { lend, type Run } from './folder.ts'
import { bornAt, commandLineOf } from './identity.ts'
import { endProcesses } from './orphans.ts'
import { type Started, startProcess } from './process.ts'

export type Postgres = Pick<Started, 'pid' | 'ended' | 'stop'> & { url: string }

const name = 'selvedge'

// Crash safety (fsync, synchronous_commit, full_page_writes) stays at its defaults: on.
const settings = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '200',
  shared_buffers: '64MB',
  effective_cache_size: '512MB',
  work_mem: '4MB',
  max_wal_size: '256MB',
  wal_compression: 'on',
  random_page_cost: '1.1',
  jit: 'off', // queries are short, compiling them is not
  max_parallel_workers_per_gather: '0',
  idle_in_transaction_session_timeout: '30s',
  log_line_prefix: '%m [%p] ',
  log_min_duration_statement: '1s',
  timezone: 'UTC',
}

/**
 * Starts a PostgreSQL of our own in RUN_DIR/postgres, reachable only through a socket that only we can reach. On first
 * use it makes the cluster and the database; after a crash it recovers.
 */
export async function startPostgres(run: Run): Promise<Postgres> {
  const data = join(run.path, 'postgres')
  const programs = findPrograms(data)
  if (!existsSync(data)) await makeCluster(run, data, programs)
  await endStalePostmaster(data)

  const started = await startProcess({
    run,
    name: 'postgres',
    command: join(programs, 'postgres'),
    args: ['-D', data, ...toArguments({ ...settings, unix_socket_directories: `"${run.sockets}"` })],
    as: run.user,
    ready: () => canConnect(databaseUrl(run, 'postgres')),
    readyWithin: 60_000, // recovery after a crash takes its time
    signal: 'SIGINT', // "fast" shutdown: SIGTERM would wait for every client to leave
    stopWithin: 30_000,
  })
  await makeDatabase(run).catch(async (error: unknown) => {
    await started.stop()
    throw error
  })
  const { pid, ended, stop } = started
  return { url: databaseUrl(run), pid, ended, stop }
}

// A cluster can only be opened by the major version that made it.
function findPrograms(data: string): string {
  const folders = findPostgresFolders()
  const onPath = findCommand('postgres')
  if (onPath) folders.push(dirname(onPath))
  if (!existsSync(data)) return folders[0] ?? refuse('PostgreSQL is not installed on this machine. Run: ./setup start')

  const made = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim()
  const fitting = folders.find((folder) => majorOf(folder) === made)
  if (fitting) return fitting
  const why = `${data} was made by PostgreSQL ${made}, and this machine has ${folders.map(majorOf).join(', ') || 'none'}.`
  return refuse(`${why} Install that version (apt-get install postgresql-${made}), or start empty: rm -r ${data}`)
}

function majorOf(folder: string): string | undefined {
  const { stdout } = spawnSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8' })
  return /\d+/.exec(stdout)?.[0]
}

// Made beside and renamed: a first start that is killed half-way leaves nothing that looks like a cluster.
async function makeCluster(run: Run, data: string, programs: string): Promise<void> {
  const unfinished = `${data}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { mode: 0o700 })
  lend(run, unfinished)
  const locale = process.platform === 'linux' ? 'C.UTF-8' : 'C'
  const options = [
    '--encoding=UTF8',
    `--locale=${locale}`,
    '--auth-local=trust',
    '--auth-host=reject',
    '--data-checksums',
  ]
  const args = ['-D', unfinished, '-U', name, ...options]
  const user = run.user && { uid: run.user.uid, gid: run.user.gid }
  const env = { PATH: process.env.PATH, LANG: locale }
  try {
    await promisify(execFile)(join(programs, 'initdb'), args, { cwd: '/', env, ...user })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`initdb could not make a cluster in ${data}: ${why}`, { cause })
  }
  renameSync(unfinished, data)
}

// postmaster.pid outlives a crash, and PostgreSQL believes it whenever *any* process of its user has that number now.
async function endStalePostmaster(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8').split('\n', 1)[0])
  const born = bornAt(pid)
  if (born && commandLineOf(pid).includes(`postgres -D ${data} `)) await endProcesses([{ pid, born }], 'SIGINT', 30_000)
  rmSync(file, { force: true })
}

async function canConnect(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url })
  try {
    await client.connect()
    return true
  } catch {
    return false // not yet; if it never comes, startProcess shows the log
  } finally {
    await client.end()
  }
}

async function makeDatabase(run: Run): Promise<void> {
  const client = new Client({ connectionString: databaseUrl(run, 'postgres') })
  await client.connect()
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name])
    if (!rowCount) await client.query(`CREATE DATABASE ${name}`)
  } finally {
    await client.end()
  }
}

/** Where a run's own PostgreSQL is, while it runs. */
export function databaseUrl(run: Pick<Run, 'sockets'>, database = name): string {
  return `postgres:///${database}?host=${encodeURIComponent(run.sockets)}&user=${name}`
}

function toArguments(values: Record<string, string>): string[] {
  return Object.entries(values).flatMap(([key, value]) => ['-c', `${key}=${value}`])
}

function refuse(why: string): never {
  throw new Error(why)
}
