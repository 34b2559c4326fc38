/** One generation of the portal's services: all that is made from the sources as they are now. */
import type { Assets } from '#kit/build.ts'
import { DeadlineExceeded } from '#kit/deadline.ts'
import { openLog } from '#kit/log.ts'
import { mfeTag, raiseTags } from '#kit/tags.ts'
import { loadMfes, type Mfe } from '../fragments/definitions.ts'
import { writeErrorPages } from '../layout/errors.tsx'
import { servicesOf } from '../nginx/upstreams.ts'
import { databaseOpener, type OpenDatabase, prepareData } from '../platform/data.ts'
import { contentSecurityPolicy } from '../platform/edge.ts'
import { writePortalFiles } from '../platform/files.ts'
import type { Keys } from '../platform/keys.ts'
import { errorsFolder } from '../platform/places.ts'
import { buildPortalAssets, describePortal } from '../platform/portal.ts'
import { type DevelopmentHooks, type MfeOptions, startMfes, startServices } from '../platform/services.ts'
import type { Stop } from '../platform/stops.ts'
import { createCatalogue } from './catalogue.ts'
import { withFaults } from './faults.ts'
import type { Faults, Order, Started } from './messages.ts'
import { FaultNotice } from './notice.tsx'
import { describeFailure, type Report } from './report.ts'
import { newSocket, ownSocket } from './sockets.ts'
import { writeLogLine } from './terminal.ts'

/** Caches are emptied at each change, so the build needs no name of its own: a new one would be a new configuration. */
const BUILD = 'development'

export interface Generation {
  readonly started: Started | undefined
  /** Resolves when nobody is told "unchanged" any more about a page that showed the fragment in its old state. */
  setFaults(faults: Faults): Promise<void>
}

/** Starts the services on sockets beside those in use. `tell` hears what fragments throw from now on. */
export async function startGeneration(
  order: Order,
  tell: (report: Report) => void,
  stops: Stop[],
): Promise<Generation> {
  const { run, keys, hub, generation } = order
  const log = openLog(order.config.logLevel, undefined, { write: writeLogLine })
  const open = databaseOpener(order.databaseUrl, log, stops)
  const [mfes, assets] = await Promise.all([loadData(order, open), buildPortalAssets(run)])
  const faults = { now: order.faults }
  const options: MfeOptions & { readonly keys: Keys } = {
    open,
    log,
    keys,
    hub,
    socketOf: (name) => ownSocket(run.sockets, name, generation),
    development: hooksFor(mfes, order, faults, tell),
  }
  const started = order.only
    ? await startMfes(mfes, assets, options, stops)
    : await startPortal(mfes, assets, order, options, stops)
  const db = open('development', { size: 1 })
  return {
    started: started ?? undefined,
    async setFaults(wanted) {
      faults.now = wanted
      await raiseTags(
        db,
        mfes.map(({ name }) => mfeTag(name)),
      )
    },
  }
}

async function loadData({ config, prepare, only }: Order, open: OpenDatabase): Promise<readonly Mfe[]> {
  const mfes = await loadMfes(only && [only.mfe])
  if (prepare) await prepareData(open, mfes, config.demo)
  return mfes
}

async function startPortal(
  mfes: readonly Mfe[],
  built: Assets,
  { origin, run, generation }: Order,
  options: MfeOptions & { readonly keys: Keys },
  stops: Stop[],
): Promise<Started> {
  const assets = { ...built, script: `/_dev/client.js?${generation}` }
  const described = describePortal(mfes, assets)
  const portal = { ...described, site: { ...described.site, build: BUILD } }
  await startServices({ ...options, portal }, stops)
  writeErrorPages(errorsFolder(run), assets)
  return {
    services: [...new Set([...servicesOf(portal.site), ...mfes.map(({ name }) => name)])],
    site: portal.site,
    csp: contentSecurityPolicy(assets),
    files: await writePortalFiles(origin, run, portal),
    catalogue: createCatalogue(portal),
  }
}

function hooksFor(
  mfes: readonly Mfe[],
  { run, generation, only }: Order,
  faults: { now: Faults },
  tell: (report: Report) => void,
): DevelopmentHooks {
  const fragments = new Map(mfes.flatMap((mfe) => mfe.fragments.map((fragment) => [fragment.route, fragment])))
  return {
    listenAt: (name) => newSocket(run.sockets, only?.socket ?? name, generation),
    around: (handler) =>
      withFaults(handler, (route) => {
        const fragment = fragments.get(route)
        return fragment && { fault: faults.now[`${fragment.mfe}/${fragment.name}`], timeout: fragment.timeout }
      }),
    explainFault(error, { route }) {
      const report = describeFailure(error, route)
      tell(report)
      // Late is not broken: the page shows what it would show its visitors.
      return error instanceof DeadlineExceeded ? undefined : <FaultNotice report={report} />
    },
  }
}
