/** The portal put together in the test's own process from the parts of `start.ts`, so that one of them can be left out. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { readConfig } from '#kit/config.ts'
import { openLog } from '#kit/log.ts'
import type { Site } from '#kit/site.ts'
import { makeFolder, PASSWORD } from '../bench/portal.ts'
import { loadMfes } from '../fragments/definitions.ts'
import { writeErrorPages } from '../layout/errors.tsx'
import { freePorts } from '../machine/ports.ts'
import { type Answer, ask } from '../nginx/fixture.client.ts'
import { inspectNginx } from '../nginx/inspect.ts'
import { type OwnOptions, startEdge, writeEdge } from '../nginx/run.ts'
import { databaseOpener, prepareData } from '../platform/data.ts'
import { contentSecurityPolicy, edgeOptions, originOf } from '../platform/edge.ts'
import { startDatabase, takeRun } from '../platform/ground.ts'
import { keepKeysOfRun } from '../platform/hub.ts'
import { createKeys } from '../platform/keys.ts'
import { errorsFolder, serviceSocket } from '../platform/places.ts'
import { buildPortalAssets, describePortal } from '../platform/portal.ts'
import { startServices } from '../platform/services.ts'
import { type Stop, stopAll } from '../platform/stops.ts'

export interface Composition {
  /** All of it, whatever does not run. */
  readonly site: Site
  /** Starts services and edge, lets `work` ask them, and stops them again. Data and sessions stay for the next time. */
  run(variation: Variation, work: (asker: Asker) => Promise<void>): Promise<void>
  close(): Promise<void>
}

export interface Variation {
  /** Part of every cache key: what another variation has left in the caches is not found. */
  readonly name: string
  /** The MFE whose service does not run, as if its process were dead. The edge and all others know it still. */
  readonly without?: string
  readonly edge?: Partial<OwnOptions>
}

export interface Asker {
  send(method: string, path: string, headers?: Record<string, string>, body?: string): Promise<Answer>
  /** Signs in and returns the `Cookie` header of the session. */
  signIn(email: string): Promise<string>
}

export async function openComposition(): Promise<Composition> {
  const folder = makeFolder()
  const [port = 0, httpPort = 0] = await freePorts(2)
  const config = readConfig({ HTTPS_PORT: `${port}`, HTTP_PORT: `${httpPort}`, RUN_DIR: join(folder, 'run') })
  const ground: Stop[] = [() => rmSync(folder, { recursive: true, force: true })]
  const log = openLog('silent')
  try {
    const run = await takeRun(config.runDir, ground)
    const mfes = await loadMfes()
    const assets = await buildPortalAssets(run)
    const portal = describePortal(mfes, assets)
    const database = await startDatabase(config, run, ground)
    await prepareData(databaseOpener(database.url, log, ground), mfes, true)
    writeErrorPages(errorsFolder(run), assets)
    const keys = createKeys(mfes.map(({ name }) => name))
    const hub = { url: config.hubUrl, keys: keepKeysOfRun(run) }
    const nginx = inspectNginx()

    return {
      site: portal.site,
      close: () => stopAll(ground),
      async run({ name, without, edge }, work) {
        const stops: Stop[] = []
        try {
          const site = { ...portal.site, build: `${portal.site.build}-${name}` }
          const there = { ...portal, site, mfes: mfes.filter((mfe) => mfe.name !== without) }
          const open = databaseOpener(database.url, log, stops)
          await startServices(
            { portal: there, open, log, keys, hub, socketOf: (service) => serviceSocket(run, service) },
            stops,
          )
          const options = { ...edgeOptions(config, run, site, contentSecurityPolicy(assets)), ...edge }
          writeEdge(site, options, nginx)
          const { stop } = await startEdge(run, options, nginx)
          stops.push(stop)
          await work(askerOf(port, originOf(config)))
        } finally {
          await stopAll(stops)
        }
      },
    }
  } catch (error) {
    await stopAll(ground)
    throw error
  }
}

function askerOf(port: number, origin: string): Asker {
  // The limits of the API and of signing in are waited out.
  const send: Asker['send'] = async (method, path, headers = {}, body) => {
    for (;;) {
      const answer = await ask(port, path, {
        method,
        headers: { origin, ...headers },
        ...(body !== undefined && { body }),
      })
      if (answer.status !== 429) return answer
      await setTimeout(300)
    }
  }
  return {
    send,
    async signIn(email) {
      const json = JSON.stringify({ email, password: PASSWORD })
      const { status, headers, text } = await send('POST', '/api/session', { 'content-type': 'application/json' }, json)
      if (status !== 201) throw new Error(`${email} could not sign in: ${status} ${text}`)
      return headers['set-cookie']?.split(';')[0] ?? ''
    },
  }
}
