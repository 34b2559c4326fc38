/** `npm run dev`: what stays while sources change, and the way from a change to the pages that are open. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '#kit/config.ts'
import { listen } from '#kit/listen.ts'
import { openLog } from '#kit/log.ts'
import { createNeighbourKeys } from '#kit/neighbours.ts'
import { mfeNames } from '../fragments/definitions.ts'
import { originOf } from '../platform/edge.ts'
import { startDatabase, takeRun } from '../platform/ground.ts'
import { prepareHub } from '../platform/hub.ts'
import { createKeys, type Keys } from '../platform/keys.ts'
import type { Stop } from '../platform/stops.ts'
import { type Desk, newsOf, placesOf, withEntry } from './desk.ts'
import { createEdge } from './edge.ts'
import { createEvents } from './events.ts'
import type { Fault } from './faults.ts'
import { removeInvitation, writeInvitation } from './invitation.ts'
import type { Started } from './messages.ts'
import { checkAddress, checkPlace, type Overrides } from './overrides.ts'
import type { ServiceProcess } from './process.ts'
import { createQueue } from './queue.ts'
import { describeFailure, type Report, sayReport } from './report.ts'
import { createToolService } from './server.tsx'
import { finalSocket, takeSockets } from './sockets.ts'
import { createSpare } from './spare.ts'
import { sayFiles, writeLogLine } from './terminal.ts'
import { watchSources } from './watch.ts'

const ROOT = join(import.meta.dirname, '..')
const REBUILT = ['fragments', 'layout', 'kit', 'gateway', 'hub']
/** How long a new page waits for answers that the old services still owe. */
const DRAIN_MS = 1_500

export interface DevelopmentOptions {
  readonly overrides: Overrides
  /** Whether overrides may lead away from this machine. */
  readonly anyAddress: boolean
}

export interface Development {
  /** Resolves with the reason when something that was started ends by itself. */
  readonly broken: Promise<Error>
}

export async function developPortal(
  config: Config,
  { overrides, anyAddress }: DevelopmentOptions,
  stops: Stop[],
): Promise<Development> {
  const run = await takeRun(config.runDir, stops)
  const database = await startDatabase(config, run, stops)
  const edge = createEdge(config, run, stops)
  const origin = originOf(config)
  const desk: Desk = { origin, generation: 0, started: undefined, faults: {}, overrides, problem: undefined }
  const events = createEvents(newsOf(desk))
  const inTurn = createQueue()
  const secret = randomUUID()

  const hear = (report: Report) => console.error(sayReport(report))
  const spare = createSpare(hear)
  let starting: ServiceProcess | undefined
  let current: ServiceProcess | undefined
  let keys = createKeys(mfeNames())
  const log = openLog('warn', 'development', { write: writeLogLine })
  const hub = await prepareHub(config, run, { cluster: false, databaseUrl: database.url }, log, stops)
  let ordered = 0
  let dataIsOld = true
  stops.push(async () => {
    const last = current
    current = undefined
    await Promise.all([spare.stop(), last?.stop()])
  })

  function tellOpenPages(): void {
    events.tell(newsOf(desk))
  }

  function fail(report: Report): void {
    desk.problem = report
    console.error(sayReport(report))
    tellOpenPages()
  }

  /** Starts services from the sources as they are now, and lets them take the place of those that run. */
  async function renew(files: readonly string[]): Promise<void> {
    const began = performance.now()
    const generation = ++ordered
    keys = growKeys(keys)
    dataIsOld ||= files.some(isOfData)
    const place = { path: run.path, sockets: run.sockets }
    writeInvitation({ origin, databaseUrl: database.url, demo: config.demo, run: place, keys, hub, secret })
    const services = spare.take()
    const order = {
      generation,
      origin,
      config,
      run: place,
      databaseUrl: database.url,
      keys,
      hub,
      faults: desk.faults,
      prepare: dataIsOld,
    }
    starting = services
    const outcome = await services.start(order)
    starting = undefined
    const report =
      'report' in outcome ? outcome.report : outcome.started && (await replace(services, outcome.started, generation))
    spare.renew()
    if (report) {
      void services.stop(500)
      return fail(report)
    }
    dataIsOld = false
    if (files.length) console.log(`${sayFiles(files)} changed · shown in ${Math.round(performance.now() - began)} ms`)
  }

  /** What the edge refuses leaves all as it was. */
  async function replace(services: ServiceProcess, started: Started, generation: number): Promise<Report | undefined> {
    try {
      const put = edge.prepare(started, desk.overrides)
      takeSockets(run.sockets, started.services, generation)
      await putToUse(put)
    } catch (error) {
      return describeFailure(error)
    }
    if (!current) console.log(`ready ${origin}, its fragments ${origin}/_dev`)
    const old = current
    current = services
    watchEnd(services)
    Object.assign(desk, { started, generation, problem: undefined })
    await Promise.race([old?.stop(), sleep(DRAIN_MS, undefined, { ref: false })])
    edge.forget()
    tellOpenPages()
    return undefined
  }

  /** A browser's connection stays with the nginx processes it began with while anything is open on it. */
  async function putToUse(put: (() => Promise<void>) | undefined): Promise<void> {
    if (!put) return
    events.endAll()
    await put()
  }

  function watchEnd(services: ServiceProcess): void {
    void services.gone.then(() => {
      if (services !== current) return
      current = undefined
      const message = 'The services ended. What they said last is in the terminal; the next change starts them again.'
      fail({ message, fragment: undefined, place: undefined, frame: '' })
    })
  }

  async function setFault(place: string, fault: Fault | undefined): Promise<void> {
    checkPlace(place, placesOf(desk))
    desk.faults = withEntry(desk.faults, place, fault)
    await current?.setFaults(desk.faults)
    edge.forget()
  }

  async function setOverride(place: string, address: string | undefined): Promise<void> {
    checkPlace(place, placesOf(desk))
    const wanted = withEntry(desk.overrides, place, address && checkAddress(address, anyAddress))
    const { started } = desk
    if (!started) return
    const put = edge.prepare(started, wanted)
    desk.overrides = wanted
    await putToUse(put)
    edge.forget()
    console.log(address ? `${place} is asked at ${address}` : `${place} is asked here again`)
  }

  const tools = createToolService({
    desk,
    events,
    log,
    secret,
    assembly: finalSocket(run.sockets, 'assembly'),
    setFault: (place, fault) => inTurn(() => setFault(place, fault)),
    setOverride: (place, address) => inTurn(() => setOverride(place, address)),
    refresh: (problem) =>
      inTurn(async () => {
        if (problem) return fail(problem)
        edge.forget()
        desk.problem = undefined
        tellOpenPages()
        events.refresh()
      }),
  })
  const server = await listen(tools.callback(), finalSocket(run.sockets, 'development'))
  stops.push(async () => {
    events.endAll()
    await server.stop(500)
  })
  stops.push(() => removeInvitation(run.path))
  const change = (files: readonly string[]) => {
    starting?.giveUp()
    void inTurn(() => renew(files))
  }
  stops.push(watchSources(ROOT, REBUILT, change))

  await inTurn(() => renew([]))
  if (desk.started) for (const place of Object.keys(overrides)) checkPlace(place, placesOf(desk))
  const broken = Promise.race([database.ended, edge.ended]).then((error) => error ?? new Error('A part was stopped.'))
  return { broken }
}

/** A new MFE has data, too. */
function isOfData(file: string): boolean {
  return /(?:^|\/)(?:migrations\/|seed\.ts$|fragment\.tsx$)/.test(file)
}

/** An MFE that is new has keys like the others, which keep theirs. */
function growKeys({ identity, neighbours }: Keys): Keys {
  const more = createNeighbourKeys(mfeNames().filter((name) => !neighbours.private[name]))
  return {
    identity,
    neighbours: {
      private: { ...neighbours.private, ...more.private },
      public: { ...neighbours.public, ...more.public },
    },
  }
}
