/** The event hub of a run: which one it is, its keys, and each service's part in it. */
import type { Config } from '#kit/config.ts'
import { repeatEvery } from '#kit/job.ts'
import type { Log } from '#kit/log.ts'
import { openEmbeddedHub } from '../hub/embedded/hub.ts'
import { deleteOldLog } from '../hub/embedded/store.ts'
import type { Hub } from '../hub/hub.ts'
import { deleteOldNotes } from '../hub/inbox.ts'
import { type HubKeys, keepHubKeys } from '../hub/keys.ts'
import type { HubMember } from '../hub/member.ts'
import { hubOptions } from '../hub/options.ts'
import { openRabbitHub } from '../hub/rabbitmq/hub.ts'
import { setUpRabbit } from '../hub/rabbitmq/setup.ts'
import { allServices, RIGHTS } from '../hub/rights.ts'
import type { Run } from '../machine/folder.ts'
import { type RunningRabbitmq, startRabbitmq } from '../machine/rabbitmq.ts'
import type { OpenDatabase } from './data.ts'
import { type Broker, hubKeysFile, writeHubNote } from './hub-note.ts'
import type { Stop } from './stops.ts'
import { supervise } from './supervise.ts'

const OPTIONS = hubOptions()

export interface HubPlace {
  /** RabbitMQ, without anybody's password; undefined for the hub in the database. */
  readonly url: string | undefined
  readonly keys: HubKeys
}

/** Keys of the hub outlive the run: what was signed before a restart must be believed after it. */
export function keepKeysOfRun(run: Pick<Run, 'path'>): HubKeys {
  return keepHubKeys(hubKeysFile(run), allServices(RIGHTS))
}

/** Where the hub of this run is. RabbitMQ is brought to what the rights say; in a cluster without a given one it is ours. */
export async function prepareHub(
  config: Config,
  run: Run,
  { cluster, databaseUrl }: { readonly cluster: boolean; readonly databaseUrl: string },
  log: Log,
  stops: Stop[],
): Promise<HubPlace> {
  const keys = keepKeysOfRun(run)
  const broker = await findBroker(config, run, cluster, log, stops)
  writeHubNote(run, { databaseUrl, broker })
  if (!broker) return { url: undefined, keys }
  const url = withoutCredentials(broker.url)
  const report = await setUpRabbit({ ...broker, url, keys, rights: RIGHTS, options: OPTIONS, log })
  if (report.made.length > 0) log.info({ made: report.made.length }, 'RabbitMQ was set up')
  return { url, keys }
}

async function findBroker(
  { hubUrl, hubManagementUrl }: Config,
  run: Run,
  cluster: boolean,
  log: Log,
  stops: Stop[],
): Promise<Broker | undefined> {
  if (hubUrl !== undefined) return { url: hubUrl, management: hubManagementUrl ?? managementOf(hubUrl) }
  if (!cluster) return undefined
  let own: RunningRabbitmq | undefined
  const start = async () => {
    own = await startRabbitmq(run)
    return own
  }
  stops.push(await supervise('rabbitmq', start, log))
  return own && { url: own.url, management: own.managementUrl }
}

/** Where RabbitMQ's management listens unless it was told otherwise. */
export function managementOf(hubUrl: string): string {
  const { protocol, username, password, hostname } = new URL(hubUrl)
  const [scheme, port] = protocol === 'amqps:' ? ['https', 15_671] : ['http', 15_672]
  return `${scheme}://${username}:${password}@${hostname}:${port}`
}

export function withoutCredentials(hubUrl: string): string {
  const url = new URL(hubUrl)
  url.username = ''
  url.password = ''
  return url.href
}

/** How each service takes part: in RabbitMQ as a user of its own, in the database through a pool that all here share. */
export function hubJoiner(
  place: HubPlace,
  open: OpenDatabase,
  log: Log,
  services: number,
): (service: string) => Promise<HubMember> {
  // A relay holds its turn with one connection, and needs others to send and to delete.
  const shared = open('hub', { size: 3 + 2 * services })
  return async (service) => ({
    service,
    hub: await openHub(place, service, shared, log.child({ service })),
    outbox: shared,
    openWork: (size) => open(`${service} events`, { size }),
    keys: place.keys,
    rights: RIGHTS,
    options: OPTIONS,
  })
}

async function openHub({ url, keys }: HubPlace, service: string, db: HubMember['outbox'], log: Log): Promise<Hub> {
  if (url === undefined) return openEmbeddedHub({ service, db, rights: RIGHTS, options: OPTIONS, log })
  const password = keys.passwords[service]
  // It neither publishes nor consumes anything, so the broker does not know it.
  if (password === undefined) return NO_HUB
  return openRabbitHub({ service, url, password, rights: RIGHTS, options: OPTIONS, log })
}

const NO_HUB: Hub = {
  send: async (events) => events.map(() => 'This service may not publish anything.'),
  consume: () => Promise.reject(new Error('This service may not consume anything.')),
  close: async () => {},
}

/** Deletes what nobody needs any more: notes of what was done, and the log. */
export function tidyHub(open: OpenDatabase, log: Log, stops: Stop[]): void {
  const db = open('hub housekeeping', { size: 1, limit: 60_000 })
  const controller = new AbortController()
  const tidy = repeatEvery('5m', async () => {
    await repeatWhileFull((most) => deleteOldNotes(db, most), controller.signal)
    await repeatWhileFull((most) => deleteOldLog(db, OPTIONS.logDays, most), controller.signal)
  })
  const ask = () => Promise.reject(new Error('Nobody is asked here.'))
  const running = tidy({ db, ask, log, signal: controller.signal })
  stops.push(() => {
    controller.abort()
    return running
  })
}

/** In portions: one statement over a month of events would run into its limit each time. */
async function repeatWhileFull(work: (most: number) => Promise<number>, signal: AbortSignal): Promise<void> {
  const most = 10_000
  while (!signal.aborted && (await work(most)) === most);
}
