/** Everything that a composition bench needs running: the edge, the services, those beside it. Closes what it opens. */

import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants as zlib } from 'node:zlib'
import { type Database, openDatabase } from '#kit/database.ts'
import { createIdentityKeys } from '#kit/identity.ts'
import { migrate } from '#kit/migrate.ts'
import { openSession } from '#kit/session.ts'
import { openRunFolder, type Run } from '../../machine/folder.ts'
import { accepts, freePorts } from '../../machine/ports.ts'
import { startPostgres } from '../../machine/postgres.ts'
import { startProcess } from '../../machine/process.ts'
import { inspectNginx } from '../../nginx/inspect.ts'
import { ERROR_STATUSES } from '../../nginx/options.ts'
import { type OwnOptions, startEdge, writeEdge } from '../../nginx/run.ts'
import { servicesOf } from '../../nginx/upstreams.ts'
import { ensureCertificates } from '../../ssl/certificates.ts'
import { makeFolder } from '../portal.ts'
import { benchPage, benchPages, wholeOf } from './pages.ts'
import type { Settings } from './settings.ts'
import { createLayouts, createSite } from './site.tsx'
import { findVarnish, startVarnish } from './varnish.ts'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
const BENCH = join(import.meta.dirname, '..')

export interface Stage {
  readonly settings: Settings
  readonly run: Run
  /** Process groups by name: `nginx`, `postgres`, `services`, `monolith` and the peers that are here. */
  readonly groups: ReadonlyMap<string, number>
  /** Peers that are not here, each with the line that brings it. */
  readonly missing: readonly string[]
  /** A new session's `Cookie` header. */
  signIn(): Promise<string>
  close(): Promise<void>
}

export interface StageOptions {
  readonly counts: readonly number[]
  /** The monolith and the peers that are installed. */
  readonly others?: boolean
}

export async function openStage({ counts, others = true }: StageOptions): Promise<Stage> {
  const folder = makeFolder()
  const run = openRunFolder({ RUN_DIR: join(folder, 'run') })
  const stops = [
    () => rmSync(folder, { recursive: true, force: true }),
    () => rmSync(run.sockets, { recursive: true, force: true }),
  ]
  const groups = new Map<string, number>()
  const close = async () => {
    for (const signal of SIGNALS) process.off(signal, leave)
    process.off('exit', endAll)
    for (let stop: (() => unknown) | undefined = stops.pop(); stop; stop = stops.pop()) await stop()
  }
  // What we start is not in the terminal's group: without this, Ctrl-C would leave it running.
  const leave = () => void close().then(() => process.exit(130))
  for (const signal of SIGNALS) process.once(signal, leave)
  // An error that nobody awaits, or a reader of our output that has gone.
  const endAll = () => {
    for (const group of groups.values()) endGroup(group)
  }
  process.once('exit', endAll)
  try {
    return { ...(await startAll(run, { counts, others }, groups, stops)), run, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function startAll(
  run: Run,
  { counts, others }: Required<StageOptions>,
  groups: Map<string, number>,
  stops: (() => unknown)[],
): Promise<Omit<Stage, 'run' | 'close'>> {
  const postgres = await startPostgres(run)
  stops.push(postgres.stop)
  groups.set('postgres', postgres.pid)
  const db = openDatabase(postgres.url, () => {}, { size: 1 })
  stops.push(() => db.close())
  await migrate(db, { kit: join(BENCH, '../kit/migrations') })

  const settings = await makeSettings(run, counts, postgres.url)
  const file = join(run.path, 'settings.json')
  writeFileSync(file, JSON.stringify(settings), { mode: 0o600 })
  const start = async (name: string, program: string, port: number) => {
    const args = ['--import', join(BENCH, '../kit/tsx.ts'), join(BENCH, program), file]
    const ready = () => accepts({ port, host: '127.0.0.1' })
    const started = await startProcess({
      run,
      name,
      command: process.execPath,
      args,
      env: { NODE_ENV: 'production' },
      ready,
    })
    stops.push(started.stop)
    groups.set(name, started.pid)
  }

  const { ports } = settings
  await start('services', 'composition/services.ts', ports.origin)
  groups.set('nginx', await startOurEdge(run, settings, stops))
  const missing: string[] = []
  if (others) {
    await start('monolith', 'composition/monolith.tsx', ports.monolith)
    if (existsSync(join(BENCH, 'peers/node_modules'))) {
      await start('tailor', 'peers/tailor.mjs', ports.tailor)
      await start('podium', 'peers/podium.mjs', ports.podium)
    } else missing.push('Tailor and Podium are not installed: npm ci --prefix bench/peers')
    const varnish = findVarnish()
    if (varnish) {
      const started = await startVarnish(run, varnish, settings)
      stops.push(started.stop)
      groups.set('varnish', started.pid)
    } else missing.push('Varnish is not installed: apt-get install --no-install-recommends varnish')
  }
  return { settings, groups, missing, signIn: () => signIn(db) }
}

function endGroup(group: number): void {
  try {
    process.kill(-group, 'SIGTERM')
  } catch {
    // it has ended already
  }
}

async function signIn(db: Database): Promise<string> {
  const cookie = await openSession(db, { id: randomUUID(), name: 'Bench', role: 'customer' })
  return cookie.split(';')[0] ?? ''
}

async function makeSettings(run: Run, counts: readonly number[], databaseUrl: string): Promise<Settings> {
  const names = [
    'edge',
    'https',
    'http',
    'origin',
    'hanging',
    'dead',
    'monolith',
    'varnish',
    'tailor',
    'podium',
    'manifests',
  ] as const
  const found = await freePorts(names.length)
  const port = (name: (typeof names)[number]) => found[names.indexOf(name)] ?? 0
  return {
    counts: [...counts],
    databaseUrl,
    sockets: run.sockets,
    ...createIdentityKeys(),
    ports: {
      edge: port('edge'),
      https: port('https'),
      http: port('http'),
      origin: port('origin'),
      hanging: port('hanging'),
      dead: port('dead'),
      monolith: port('monolith'),
      varnish: port('varnish'),
      tailor: port('tailor'),
      podium: port('podium'),
      manifests: port('manifests'),
    },
  }
}

/** Production's edge without limits, and with one more port, without TLS: the peers have none. */
async function startOurEdge(run: Run, { counts, sockets, ports }: Settings, stops: (() => unknown)[]): Promise<number> {
  const site = createSite(createLayouts(benchPages(counts)))
  const names = ['assembly', 'hop', ...servicesOf(site)]
  const { certificate, key } = ensureCertificates(join(run.path, 'ssl'), run.user)
  const options: OwnOptions = {
    httpsPort: ports.https,
    httpPort: ports.http,
    sockets: Object.fromEntries(names.map((name) => [name, [join(sockets, name)]])),
    innerSocket: join(sockets, 'inner'),
    runFolder: run.path,
    assetsFolder: writeFiles(join(run.path, 'assets'), counts),
    errorsFolder: writeErrors(join(run.path, 'errors')),
    certificate,
    key,
    csp: "default-src 'none'",
    user: run.user?.name,
    limits: 'off',
  }
  const nginx = inspectNginx()
  writeEdge(site, options, nginx)
  const delivery = join(run.path, 'nginx/current/delivery.conf')
  const text = readFileSync(delivery, 'utf8')
  const plain = `listen 127.0.0.1:${ports.edge};`
  const changed = text.replace(/listen \S+ ssl.*?;/, (line) => `${line}\n    ${plain}`)
  if (changed === text) throw new Error('The bench finds no place for its port in delivery.conf.')
  writeFileSync(delivery, changed)
  const edge = await startEdge(run, options, nginx)
  stops.push(edge.stop)
  return edge.pid
}

/** Static files of the same bytes, with a compressed form as the build makes it. */
function writeFiles(folder: string, counts: readonly number[]): string {
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  for (const count of counts) {
    const html = wholeOf(benchPage('hit', count, 'well'))
    const path = join(folder, `${count}.html`)
    writeFileSync(path, html)
    writeFileSync(`${path}.br`, brotliCompressSync(html, { params: { [zlib.BROTLI_PARAM_QUALITY]: 5 } }))
  }
  return folder
}

function writeErrors(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  for (const status of ERROR_STATUSES) {
    for (const form of ['html', 'fragment.html', 'json']) writeFileSync(join(folder, `${status}.${form}`), `${status}`)
  }
  return folder
}
