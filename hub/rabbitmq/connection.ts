/** Connections to the broker. They come back by themselves. */
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Channel, Connection } from 'rabbitmq-client'
import type { Log } from '#kit/log.ts'

/** Until a channel must be there, and until a first connection is given up. */
const CONNECT_MS = 2_000
const CLOSE_MS = 3_000
const REMEDY = 'Run: npm run hub -- setup'
const AGAIN = 'run: npm run hub -- setup'

export interface Address {
  /** `amqp://127.0.0.1:5672/selvedge`. */
  readonly url: string
  readonly user: string
  readonly password: string
}

export function vhostOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1)) || '/'
}

/** Connects and goes on trying. The name is for operators: they see it in the broker's list of connections. */
export function connect({ url, user, password }: Address, name: string, log: Log): Connection {
  const full = new URL(url)
  full.username = user
  full.password = password
  const connection = new Connection({
    url: full.href,
    connectionName: name,
    acquireTimeout: CONNECT_MS,
    connectionTimeout: CONNECT_MS,
    heartbeat: 10,
    retryLow: 100,
    retryHigh: 2_000,
    noDelay: true,
  })
  connection.on('error', (err: unknown) =>
    log.warn({ err, connection: name }, 'not connected to RabbitMQ; trying again'),
  )
  connection.on('connection.blocked', (reason) =>
    log.warn({ reason }, 'RabbitMQ takes nothing more: it is short of room'),
  )
  connection.on('connection.unblocked', () => log.info('RabbitMQ takes messages again'))
  return connection
}

/** Resolves with whether it is connected by now. Rejects where trying again would not help. */
export async function awaitConnection(connection: Connection, address: Address): Promise<boolean> {
  const connected = connection.onConnect(CONNECT_MS, true).then(
    () => true,
    () => false,
  )
  const first = once(connection, 'connection').then(
    () => true,
    (error: unknown) => {
      const refusal = refusalOf(error, address)
      if (refusal) throw new Error(`${refusal} ${REMEDY}`, { cause: error })
      return false
    },
  )
  return (await Promise.race([connected, first])) || connected
}

function refusalOf(error: unknown, { url, user }: Address): string | undefined {
  const { host } = new URL(url)
  if (codeOf(error) === 'ACCESS_REFUSED') return `RabbitMQ at ${host} does not accept the password of "${user}".`
  if (codeOf(error) === 'NOT_ALLOWED') return `RabbitMQ at ${host} does not let "${user}" into "${vhostOf(url)}".`
  return undefined
}

/** The code that the broker or the client gave an error; empty where there is none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

export function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Fails where the broker has not been set up: what is sent to a queue that is not there would be lost. */
export async function checkTopology(channel: Channel, exchanges: readonly string[], queues: readonly string[]) {
  for (const exchange of exchanges) await channel.exchangeDeclare({ exchange, passive: true }).catch(explainMissing)
  for (const queue of queues) await channel.queueDeclare({ queue, passive: true }).catch(explainMissing)
}

export function explainMissing(error: unknown): never {
  if (codeOf(error) !== 'NOT_FOUND') throw error
  throw new Error(`The broker has just started, or is not set up: ${describe(error)}. If it stays so, ${AGAIN}`, {
    cause: error,
  })
}

/** Waits for channels that are open, yet not for long. */
export async function closeConnection(connection: Connection): Promise<void> {
  const over = new AbortController()
  const late = sleep(CLOSE_MS, undefined, over).then(
    () => connection.unsafeDestroy(),
    () => {},
  )
  await Promise.race([connection.close(), late])
  over.abort()
}
