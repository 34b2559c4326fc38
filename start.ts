/** `npm start`: builds, then starts everything that this machine lacks a running copy of, and stops all of it again. */
import { resolve } from 'node:path'
import { describeLedger } from '#kit/build/ledger.ts'
import { type Config, readConfig } from '#kit/config.ts'
import { openLog } from '#kit/log.ts'
import { loadMfes } from './fragments/definitions.ts'
import { writeErrorPages } from './layout/errors.tsx'
import { inspectNginx } from './nginx/inspect.ts'
import { startEdge, writeEdge } from './nginx/run.ts'
import { databaseOpener, prepareData } from './platform/data.ts'
import { contentSecurityPolicy, edgeOptions, originOf, renewDaily } from './platform/edge.ts'
import { writePortalFiles } from './platform/files.ts'
import { startDatabase, takeRun } from './platform/ground.ts'
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
async function startSelvedge(config: Config): Promise<Selvedge> {
  const stops: Stop[] = []
  const stop = () => stopAll(stops)
  try {
    return { ...(await startAll(config, stops)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startAll(config: Config, stops: Stop[]): Promise<Omit<Selvedge, 'stop'>> {
  const log = openLog(config.logLevel)
  const run = await takeRun(config.runDir, stops)

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
  await startServices({ portal, open, log, keys, socketOf: (name) => serviceSocket(run, name) }, stops)
  const nginx = inspectNginx()
  const files = await writePortalFiles(originOf(config), run, portal)
  const options = { ...edgeOptions(config, run, portal.site, contentSecurityPolicy(assets)), files }
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
  const selvedge = await startSelvedge(config)
  if (!signal.came()) console.log(`ready ${selvedge.origin}`)
  const reason = await Promise.race([signal.asked, selvedge.broken])
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
