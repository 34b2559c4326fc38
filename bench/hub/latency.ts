/** From the commit of what happened to the commit of what a consumer does about it, at a steady rate. */
import { fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { openDatabase } from '#kit/database.ts'
import { openLog } from '#kit/log.ts'
import { openEmbeddedHub } from '../../hub/embedded/hub.ts'
import { sealer } from '../../hub/envelope.ts'
import { publisher } from '../../hub/publish.ts'
import { openRabbitHub } from '../../hub/rabbitmq/hub.ts'
import { relayOutbox } from '../../hub/relay.ts'
import { RIGHTS } from '../../hub/rights.ts'
import { percentile } from '../composition/load.ts'
import type { BenchGround } from './ground.ts'
import { LISTENER, listen, now } from './listen.ts'
import type { PressOrder } from './press-task.ts'
import { DATA, SERVICE, sampleEvents } from './sample.ts'

export interface Latency {
  readonly count: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
}

/** `outbox`: as services publish. `direct`: handed to the hub at once, without outbox and relay. */
export type Route = 'outbox' | 'direct'

const PROGRAM = join(import.meta.dirname, 'listener.ts')
const LOADER = join(import.meta.dirname, '../../kit/tsx.ts')
const RATE = 50
const WARM_UP = 50
const PATIENCE_MS = 15_000
const Heard = z.object({ subject: z.string(), at: z.number() })

const publish = publisher('payments')

/** Publisher and relay are in this process, as in a service; the consumer too in the embedded hub, which is how it runs by default. */
export async function measureLatency(ground: BenchGround, seconds: number): Promise<Record<Route, Latency>> {
  const { database, broker, keys, options } = ground
  await broker?.purge()
  await database.db.query('truncate hub.outbox, hub.log, hub.queue')
  const log = openLog('warn', 'latency', process.stderr)
  const db = openDatabase(database.url, () => {}, { size: 16 })
  const password = keys.passwords[SERVICE] ?? ''
  const common = { rights: RIGHTS, options, log }
  const hub = broker
    ? await openRabbitHub({ ...common, service: SERVICE, url: broker.direct, password })
    : openEmbeddedHub({ ...common, service: SERVICE, db })
  const arrivals = new Map<string, number>()
  const heard = (subject: string, at: number) => void arrivals.set(subject, at)
  const listenHere = async () => {
    const own = openEmbeddedHub({ ...common, service: LISTENER, db })
    await listen({ hub: own, db, keys, log, heard })
    return own
  }
  const ear = broker
    ? await openListener({ databaseUrl: database.url, brokerUrl: broker.direct, keys }, heard)
    : await listenHere()
  const seal = sealer(keys.private[SERVICE] ?? '')
  const controller = new AbortController()
  const relaying = relayOutbox({ db, hub, service: SERVICE, seal, log, signal: controller.signal })

  const routes: Record<Route, () => Promise<string>> = {
    async outbox() {
      const subject = randomUUID()
      await db.transaction((sql) => publish(sql, [{ type: 'payment.completed', subject, data: DATA }]))
      return subject
    },
    async direct() {
      const [event] = sampleEvents(seal, 1)
      if (!event) throw new Error('One event was asked for.')
      void hub.send([event])
      return event.subject
    },
  }
  try {
    const through = async (route: Route) => latencyOf(await offer(routes[route], seconds), arrivals)
    return { outbox: await through('outbox'), direct: await through('direct') }
  } finally {
    controller.abort()
    await relaying
    await Promise.all([hub.close(), ear.close()])
    await db.close()
  }
}

/** Open loop: the next one is offered when it is due. Resolves with when each was committed, the first ones left out. */
async function offer(send: () => Promise<string>, seconds: number): Promise<Map<string, number>> {
  const committed = new Map<string, number>()
  const count = RATE * seconds + WARM_UP
  const began = performance.now()
  const sending: Promise<unknown>[] = []
  for (let index = 0; index < count; index++) {
    await sleep(Math.max(0, began + (index * 1_000) / RATE - performance.now()))
    const sent = send().then((subject) => index >= WARM_UP && committed.set(subject, now()))
    sending.push(sent)
  }
  await Promise.all(sending)
  return committed
}

async function latencyOf(
  committed: ReadonlyMap<string, number>,
  arrivals: ReadonlyMap<string, number>,
): Promise<Latency> {
  const deadline = now() + PATIENCE_MS
  while ([...committed.keys()].some((subject) => !arrivals.has(subject))) {
    if (now() > deadline) throw new Error('Some events have not arrived.')
    await sleep(50)
  }
  // The effect may be seen before the commit that caused it has returned to us.
  const times = [...committed].map(([subject, at]) => Math.max(0, (arrivals.get(subject) ?? 0) - at))
  return { count: times.length, p50: percentile(times, 0.5), p99: percentile(times, 0.99) }
}

async function openListener(order: PressOrder, heard: (subject: string, at: number) => void) {
  const child = fork(PROGRAM, [], { execArgv: ['--import', LOADER] })
  const gone = once(child, 'exit')
  const ready = once(child, 'message')
  child.send(order)
  await Promise.race([ready, gone])
  child.on('message', (message) => {
    const { subject, at } = Heard.parse(message)
    heard(subject, at)
  })
  return {
    async close() {
      if (child.connected) child.disconnect()
      await gone
    },
  }
}
