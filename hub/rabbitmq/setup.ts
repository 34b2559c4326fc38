/** Sets the broker up: exchanges, queues, bindings, users and what they may. As often as one likes. */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Log } from '#kit/log.ts'
import type { HubKeys } from '../keys.ts'
import type { HubOptions } from '../options.ts'
import { allServices, type Rights } from '../rights.ts'
import { vhostOf } from './connection.ts'
import { type Management, ManagementRefused, openManagement } from './management.ts'
import { keyPermissionsOf, permissionsOf } from './permissions.ts'
import { EVENTS, isOfHub, LOG, type Topology, topologyOf, userOf } from './topology.ts'

/**
 * RabbitMQ 3.10 forgets what a new quorum queue confirmed when it is killed within its first second or so: nobody may
 * believe it earlier.
 */
const SETTLE_MS = 5_000

const Overview = z.object({ rabbitmq_version: z.string() })

export interface RabbitSetup {
  /** Where services will connect: `amqp://127.0.0.1:5672/selvedge`. */
  readonly url: string
  /** `http://admin:secret@127.0.0.1:15672`: an administrator. */
  readonly management: string
  readonly keys: Pick<HubKeys, 'passwords'>
  readonly rights: Rights
  readonly options: HubOptions
  readonly log: Log
}

/** By name; empty where all was there already. */
export interface SetupReport {
  readonly made: readonly string[]
  readonly removed: readonly string[]
}

/**
 * Brings the broker to what the rights say. Queues are never removed, since they may hold messages; a queue that is there
 * with other arguments is an error that names it.
 */
export async function setUpRabbit({ url, management, keys, rights, options, log }: RabbitSetup): Promise<SetupReport> {
  const vhost = vhostOf(url)
  const broker = openManagement(management)
  const { rabbitmq_version: version } = await broker.read(['overview'], Overview)
  const topology = topologyOf(rights, options, Number.parseInt(version, 10))

  const made: string[] = []
  if (await broker.put(['vhosts', vhost], {})) made.push(vhost)
  await broker.put(['permissions', vhost, broker.user], { configure: '.*', write: '.*', read: '.*' })
  made.push(...(await declareExchanges(broker, vhost, topology)))
  const queues = await declareQueues(broker, vhost, topology)
  if (queues.length > 0) {
    log.info({ queues }, `new queues were declared; they settle for ${SETTLE_MS / 1_000} s`)
    await sleep(SETTLE_MS)
  }
  made.push(...queues)
  const { bound, unbound } = await bindQueues(broker, vhost, topology)
  const users = await setUpUsers(broker, vhost, keys, rights)
  made.push(...bound, ...users.made)
  return { made, removed: [...unbound, ...users.revoked] }
}

async function declareExchanges(broker: Management, vhost: string, { exchanges }: Topology): Promise<string[]> {
  const made: string[] = []
  for (const exchange of exchanges) {
    const isNew = await broker
      .put(['exchanges', vhost, exchange], { type: 'topic', durable: true })
      .catch(explain(`exchange ${exchange}`, `rabbitmqadmin --vhost=${vhost} delete exchange name=${exchange}`))
    if (isNew) made.push(exchange)
  }
  return made
}

async function declareQueues(broker: Management, vhost: string, { queues }: Topology): Promise<string[]> {
  const made: string[] = []
  for (const queue of queues) {
    const isNew = await broker
      .put(['queues', vhost, queue.name], { durable: true, arguments: queue.arguments })
      .catch(explain(`queue ${queue.name}`, `rabbitmqctl -p ${vhost} delete_queue ${queue.name}`))
    if (isNew) made.push(queue.name)
  }
  return made
}

function explain(what: string, remedy: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof ManagementRefused) || !/inequivalent/.test(error.message)) throw error
    throw new Error(
      `The ${what} is there with other arguments, and nothing of it was changed: ${error.message}. Bring back the options
  that it was made with; or let it run empty, remove it (${remedy}), and set up again.`,
      { cause: error },
    )
  }
}

const Bindings = z.array(
  z.object({ source: z.string(), destination: z.string(), routing_key: z.string(), properties_key: z.string() }),
)

/** New bindings first: what moves from one to another is never without. */
async function bindQueues(broker: Management, vhost: string, { exchanges, bindings }: Topology) {
  const present = (
    await Promise.all(
      exchanges.map((exchange) => broker.read(['exchanges', vhost, exchange, 'bindings', 'source'], Bindings)),
    )
  ).flat()
  const isThere = new Set(
    present.map(({ source, destination, routing_key }) => nameOf(source, routing_key, destination)),
  )
  const wanted = new Set(bindings.map(({ exchange, key, queue }) => nameOf(exchange, key, queue)))

  const missing = bindings.filter(({ exchange, key, queue }) => !isThere.has(nameOf(exchange, key, queue)))
  for (const { exchange, queue, key } of missing) {
    await broker.post(['bindings', vhost, 'e', exchange, 'q', queue], { routing_key: key })
  }
  // Old retry queues keep theirs: a service of an older build may still use them.
  const stale = present.filter(
    ({ source, destination, routing_key }) =>
      source === EVENTS && destination !== LOG && !wanted.has(nameOf(source, routing_key, destination)),
  )
  for (const { source, destination, properties_key } of stale) {
    await broker.remove(['bindings', vhost, 'e', source, 'q', destination, properties_key])
  }
  return {
    bound: missing.map(({ exchange, key, queue }) => nameOf(exchange, key, queue)),
    unbound: stale.map(({ source, destination, routing_key }) => nameOf(source, routing_key, destination)),
  }
}

function nameOf(exchange: string, key: string, queue: string): string {
  return `${exchange} ${key} -> ${queue}`
}

const Permitted = z.array(z.object({ user: z.string() }))

/** A user of ours that the rights do not know is of a service that once was: it may nothing any more here. */
async function setUpUsers(
  broker: Management,
  vhost: string,
  { passwords }: Pick<HubKeys, 'passwords'>,
  rights: Rights,
) {
  const services = allServices(rights)
  const made: string[] = []
  for (const service of services) {
    const user = userOf(service)
    const password = passwords[service]
    if (!password) throw new Error(`There is no password of ${service} among the hub's keys.`)
    if (await broker.put(['users', user], { password, tags: '' })) made.push(user)
    // Keys first: without any, the broker allows all of them.
    for (const [exchange, write] of Object.entries(keyPermissionsOf(service, rights))) {
      await broker.put(['topic-permissions', vhost, user], { exchange, write, read: '^$' })
    }
    await broker.put(['permissions', vhost, user], permissionsOf(service, rights))
  }
  const permitted = await broker.read(['vhosts', vhost, 'permissions'], Permitted)
  const known = new Set(services.map(userOf))
  const revoked = permitted.map(({ user }) => user).filter((user) => isOfHub(user) && !known.has(user))
  for (const user of revoked) await broker.remove(['permissions', vhost, user])
  return { made, revoked }
}
