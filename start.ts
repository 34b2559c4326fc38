/** `npm start`: builds, then starts everything that this machine lacks a running copy of, and stops all of it again. */
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { describeLedger } from '#kit/build/ledger.ts'
import { type Config, readConfig } from '#kit/config.ts'
import { openLog } from '#kit/log.ts'
import { loadMfes } from './fragments/definitions.ts'
import { writeErrorPages } from './layout/errors.tsx'
import { inspectNginx } from './nginx/inspect.ts'
import { refuseBusyPorts } from './nginx/listening.ts'
import { startEdge, writeEdge } from './nginx/run.ts'
import { GATEWAYS, startCluster } from './platform/cluster.ts'
import { databaseOpener, prepareData } from './platform/data.ts'
import { contentSecurityPolicy, edgeOptions, originOf, renewDaily } from './platform/edge.ts'
import { writePortalFiles } from './platform/files.ts'
import { startDatabase, takeRun } from './platform/ground.ts'
import { prepareHub, tidyHub } from './platform/hub.ts'
import { createKeys } from './platform/keys.ts'
import { errorsFolder, serviceSocket } from './platform/places.ts'
import { buildPortalAssets, describePortal, ledgerOf } from './platform/portal.ts'
import { startServices } from './platform/services.ts'
import { awaitSignal } from './platform/signals.ts'
import { type Stop, stopAll } from './platform/stops.ts'

interface Selvedge {
  /** `https://localhost:8443` */
  readonly origin: string
  /** Resolves with the reason when something that was started ends by itself. */
  readonly broken: Promise<Error>
  stop(): Promise<void>
}

/** Starts the platform in this process. What was started before a failure is stopped again. */
async function startSelvedge(config: Config, cluster: boolean): Promise<Selvedge> {
  const stops: Stop[] = []
  const stop = () => stopAll(stops)
  try {
    return { ...(await startAll(config, cluster, stops)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startAll(config: Config, cluster: boolean, stops: Stop[]): Promise<Omit<Selvedge, 'stop'>> {
  const log = openLog(config.logLevel)
  const run = await takeRun(config.runDir, stops)
  // Said before anything is built: only nginx, which starts last, would find out.
  await refuseBusyPorts({ ...config, bind: [config.bind] })

  const mfes = await loadMfes()
  // Not side by side: when one fails, what the other has yet to start would never be stopped.
  const assets = await buildPortalAssets(run)
  const database = await startDatabase(config, run, stops)
  const open = databaseOpener(database.url, log, stops)
  await prepareData(open, mfes, config.demo)
  const portal = describePortal(mfes, assets)
  console.log(describeLedger(ledgerOf(portal)))
  writeErrorPages(errorsFolder(run), assets)

  const keys = createKeys(mfes.map(({ name }) => name))
  const hub = await prepareHub(config, run, { cluster, databaseUrl: database.url }, log, stops)
  tidyHub(open, log, stops)
  const socketOf = (name: string) => serviceSocket(run, name)
  if (cluster) await startCluster({ config, run, portal, databaseUrl: database.url, keys, hub, log }, stops)
  else await startServices({ portal, open, log, keys, hub, socketOf }, stops)
  const nginx = inspectNginx()
  const gateways = cluster ? GATEWAYS : undefined
  const files = await writePortalFiles(originOf(config), run, portal)
  const options = { ...edgeOptions(config, run, portal.site, contentSecurityPolicy(assets), gateways), files }
  writeEdge(portal.site, options, nginx)
  const edge = await startEdge(run, options, nginx)
  stops.push(edge.stop)
  stops.push(renewDaily(run, edge))

  const broken = Promise.race([database.ended, edge.ended]).then((error) => error ?? new Error('A part was stopped.'))
  return { origin: originOf(config), broken }
}

/** Starts, says so, and stops in order at the first signal, also one that comes early. */
async function main(): Promise<void> {
  const signal = awaitSignal()
  const config = readConfig({ ...process.env, RUN_DIR: process.env.RUN_DIR && resolve(process.env.RUN_DIR) })
  const cluster = readArguments(process.argv.slice(2))
  if (cluster) bringBroker(config)
  const selvedge = await startSelvedge(config, cluster)
  if (!signal.came()) console.log(`ready ${selvedge.origin}`)
  const reason = await Promise.race([signal.asked, selvedge.broken])
  if (reason) console.error(reason.message)
  await selvedge.stop()
  process.exit(reason ? 1 : 0)
}

/** Whether every service shall have a process of its own. */
function readArguments(words: readonly string[]): boolean {
  const unknown = words.find((word) => word !== '--cluster')
  if (unknown !== undefined) throw new Error(`npm start does not know ${unknown}. It knows: npm start -- --cluster`)
  return words.length > 0
}

/** Most starts need no RabbitMQ, so that only this one installs it. */
function bringBroker({ hubUrl }: Config): void {
  if (hubUrl !== undefined) return
  const { status } = spawnSync('./setup', ['cluster'], { cwd: import.meta.dirname, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  })
}
