/** `npm start`: builds, then starts everything that this machine lacks a running copy of, and stops all of it again. */
import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Assets, buildAssets } from '#kit/build.ts'
import { type Config, readConfig } from '#kit/config.ts'
import { type Database, openDatabase, type Sql } from '#kit/database.ts'
import { createIdentityKeys, identitySigner, identityVerifier } from '#kit/identity.ts'
import { listen } from '#kit/listen.ts'
import { type Log, openLog } from '#kit/log.ts'
import { migrate } from '#kit/migrate.ts'
import { compose, render } from '#kit/render.tsx'
import { describeSite, type Site } from '#kit/site.ts'
import { loadMfes, type Mfe } from './fragments/definitions.ts'
import { serveMfes } from './fragments/serve.ts'
import { createGateway } from './gateway/serve.ts'
import { STYLES } from './layout/design/styles.ts'
import { writeErrorPages } from './layout/errors.tsx'
import { createLayout, type Layout } from './layout/layouts.tsx'
import { routes } from './layout/routes.ts'
import { createLayoutService } from './layout/serve.ts'
import { openRunFolder, type Run, socketPath } from './machine/folder.ts'
import { holdRun } from './machine/lock.ts'
import { endOrphans } from './machine/orphans.ts'
import { startPostgres } from './machine/postgres.ts'
import { inspectNginx } from './nginx/inspect.ts'
import { type OwnOptions, type RunningEdge, startEdge, writeEdge } from './nginx/run.ts'
import { ensureCertificates } from './ssl/certificates.ts'

const ROOT = import.meta.dirname

interface Selvedge {
  /** `https://localhost:8443` */
  readonly origin: string
  /** Resolves with the reason when something that was started ends by itself. */
  readonly broken: Promise<Error>
  stop(): Promise<void>
}

type Stop = () => Promise<void> | void
/** A pool of its own for a service, closed when all stops. */
type OpenDatabase = (service: string, limits?: { size?: number; limit?: number }) => Database

/** How long the gateway may ask the database: nginx waits a second for the gate. */
const GATE_MS = 900
const DAY_MS = 86_400_000

/** Starts the platform in this process. What was started before a failure is stopped again. */
async function startSelvedge(config: Config): Promise<Selvedge> {
  const stops: Stop[] = []
  const stop = async () => {
    for (let next = stops.pop(); next; next = stops.pop()) await next()
  }
  try {
    return { ...(await startAll(config, stops)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startAll(config: Config, stops: Stop[]): Promise<Omit<Selvedge, 'stop'>> {
  const log = openLog(config.logLevel)
  const run = openRunFolder({ RUN_DIR: config.runDir })
  stops.push(holdRun(run))
  stops.push(() => rmSync(run.sockets, { recursive: true, force: true }))
  await endOrphans(run)

  const mfes = await loadMfes()
  // Not side by side: when one fails, what the other has yet to start would never be stopped.
  const assets = await build(run)
  const data = await startData(config, run, mfes, log, stops)
  const { layouts, site } = describe(assets, mfes)
  writeErrorPages(join(run.path, 'errors'), assets)

  await startServices({ run, log, open: data.open, assets, layouts, site, mfes }, stops)
  const nginx = inspectNginx()
  const options = edgeOptions(config, run, site, assets)
  writeEdge(site, options, nginx)
  const edge = await startEdge(run, options, nginx)
  stops.push(edge.stop)
  stops.push(renewDaily(run, edge))

  const broken = Promise.race([data.ended, edge.ended]).then((error) => error ?? new Error('A part was stopped.'))
  const port = config.httpsPort === 443 ? '' : `:${config.httpsPort}`
  return { origin: `https://localhost${port}`, broken }
}

/** PostgreSQL, ours or the given one, with its tables up to date and, in the demonstration, its data. */
async function startData(config: Config, run: Run, mfes: readonly Mfe[], log: Log, stops: Stop[]) {
  const own = config.databaseUrl === undefined ? await startPostgres(run) : undefined
  if (own) stops.push(own.stop)
  const open: OpenDatabase = (service, limits) => {
    const lost = (error: Error) => log.warn({ err: error, service }, 'database connection lost')
    const db = openDatabase(config.databaseUrl ?? own?.url ?? '', lost, limits)
    stops.push(() => db.close())
    return db
  }
  const db = open('start', { size: 2, limit: 60_000 })
  const folders = mfes.map(({ name, migrations }) => [name, migrations] as const)
  await migrate(db, { kit: join(ROOT, 'kit/migrations'), ...Object.fromEntries(folders) })
  await db.transaction((sql) => setDemonstration(config.demo, mfes, sql))
  return { open, ended: own?.ended ?? new Promise<undefined>(() => {}) }
}

/** Brings the demonstration's data, or shuts its accounts where they are from an earlier run: their password is public. */
async function setDemonstration(wanted: boolean, mfes: readonly Mfe[], sql: Sql): Promise<void> {
  for (const { seed, retire } of mfes) await (wanted ? seed : retire)?.(sql)
}

function build(run: Run): Promise<Assets> {
  const out = join(run.path, 'assets')
  return buildAssets({ root: ROOT, out, styles: STYLES, icon: join(ROOT, 'layout/design/icon.svg') })
}

/** The site as data: what the edge and the gateway are compiled from. */
function describe(assets: Assets, mfes: readonly Mfe[]): { layouts: Layout[]; site: Site } {
  const layouts = routes.map((page) => createLayout(page, assets))
  const fragments = mfes.flatMap((mfe) =>
    mfe.fragments.map((fragment) => ({ ...fragment, fallbackHtml: compose(render(fragment.fallback, assets)) })),
  )
  const endpoints = mfes.flatMap((mfe) => mfe.endpoints.map((endpoint) => ({ ...endpoint, mfe: mfe.name })))
  return { layouts, site: describeSite(assets.build, layouts, fragments, endpoints) }
}

interface Parts {
  readonly run: Run
  readonly log: Log
  readonly open: OpenDatabase
  readonly assets: Assets
  readonly layouts: readonly Layout[]
  readonly site: Site
  readonly mfes: readonly Mfe[]
}

/** Every service is its own Koa app on its own socket, here in one process. */
async function startServices({ run, log, open, assets, layouts, site, mfes }: Parts, stops: Stop[]): Promise<void> {
  const keys = createIdentityKeys()
  const verifyIdentity = identityVerifier(keys.publicKey)
  const signIdentity = identitySigner(keys.privateKey)
  const socketOf = (name: string) => socketPath(run, `${name}.sock`)

  const served = await serveMfes(mfes, socketOf, { dbOf: open, log, verifyIdentity, assets })
  stops.push(served.stop)
  const layout = createLayoutService(layouts, log.child({ service: 'layout' }))
  const layoutServer = await listen(layout.callback(), socketOf('layout'))
  stops.push(() => layoutServer.stop())
  const gatewayLog = log.child({ service: 'gateway' })
  const gateway = await createGateway({
    db: open('gateway', { limit: GATE_MS }),
    log: gatewayLog,
    site,
    signIdentity,
    verifyIdentity,
    versionKey: keys.privateKey,
  })
  const gatewayServer = await listen(gateway.callback(), socketOf('gateway'))
  stops.push(() => gatewayServer.stop())
}

/** A run may outlive its certificate. Returns what ends the watch. */
function renewDaily(run: Run, edge: RunningEdge): Stop {
  const timer = setInterval(() => {
    if (ensureCertificates(join(run.path, 'ssl'), run.user).renewed) edge.reload()
  }, DAY_MS)
  return () => clearInterval(timer)
}

function edgeOptions(config: Config, run: Run, site: Site, assets: Assets): OwnOptions {
  const { certificate, key } = ensureCertificates(join(run.path, 'ssl'), run.user)
  const services = [
    'assembly',
    'hop',
    'layout',
    'gateway',
    ...new Set([...site.fragments, ...site.endpoints].map(({ mfe }) => mfe)),
  ]
  return {
    httpsPort: config.httpsPort,
    httpPort: config.httpPort,
    bind: config.bind,
    sockets: Object.fromEntries(services.map((name) => [name, [socketPath(run, `${name}.sock`)]])),
    innerSocket: socketPath(run, 'inner.sock'),
    runFolder: run.path,
    assetsFolder: join(run.path, 'assets'),
    errorsFolder: join(run.path, 'errors'),
    certificate,
    key,
    csp: contentSecurityPolicy(assets),
    user: run.user?.name,
  }
}

/** Hashes of the build instead of nonces: a nonce in a cached page would be everybody's. */
function contentSecurityPolicy({ styleHash, scriptHash }: Assets): string {
  return [
    "default-src 'none'",
    `script-src 'self' ${scriptHash}`,
    `style-src ${styleHash}`,
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** Starts, says so, and stops in order at the first signal, also one that comes early. A second one does not wait. */
async function main(): Promise<void> {
  const asked = Promise.withResolvers<undefined>()
  let signals = 0
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (++signals > 1) process.exit(1)
      asked.resolve(undefined)
    })
  }
  const config = readConfig({ ...process.env, RUN_DIR: process.env.RUN_DIR && resolve(process.env.RUN_DIR) })
  const selvedge = await startSelvedge(config)
  if (signals === 0) console.log(`ready ${selvedge.origin}`)
  const reason = await Promise.race([asked.promise, selvedge.broken])
  if (reason) console.error(reason.message)
  await selvedge.stop()
  process.exit(reason ? 1 : 0)
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  })
}
