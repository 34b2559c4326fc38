/** `npm start -- --cluster`: every service in a process of its own, the gateway in two, each started again when it ends. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '#kit/config.ts'
import type { Log } from '#kit/log.ts'
import type { Run } from '../machine/folder.ts'
import { accepts } from '../machine/ports.ts'
import { startProcess } from '../machine/process.ts'
import type { HubPlace } from './hub.ts'
import type { Keys } from './keys.ts'
import { hubFor, keysFor, type Order, writeOrder } from './orders.ts'
import { serviceSocket } from './places.ts'
import type { Portal } from './portal.ts'
import type { Stop } from './stops.ts'
import { supervise } from './supervise.ts'

const LOADER = join(import.meta.dirname, '../kit/tsx.ts')
const MEMBER = join(import.meta.dirname, 'member.ts')
/** The sockets of the gateway, which nginx shares requests between. */
export const GATEWAYS = ['gateway-1', 'gateway-2'] as const
/** As many start at once as a small machine has processors. */
const STARTING = 2
const READY_MS = 60_000
/** A consumer may finish what it holds. */
const STOP_MS = 35_000

export interface ClusterOptions {
  readonly config: Config
  readonly run: Run
  readonly portal: Portal
  readonly databaseUrl: string
  readonly keys: Keys
  readonly hub: HubPlace
  readonly log: Log
}

/** Starts all of them. They stop together; what one of them was doing is finished first. */
export async function startCluster(options: ClusterOptions, stops: Stop[]): Promise<void> {
  const ends: (() => Promise<void>)[] = []
  stops.push(async () => void (await Promise.all(ends.map((end) => end()))))
  const waiting = Object.entries(ordersOf(options))
  const startNext = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, order] = next
      ends.push(await supervise(name, () => startMember(options, name, order), options.log))
    }
  }
  const lanes = Array.from({ length: STARTING }, () =>
    startNext().catch((error: unknown) => {
      waiting.length = 0
      throw error
    }),
  )
  // All of them: what a lane has yet to finish when another fails must be known, to be stopped.
  const failed = (await Promise.allSettled(lanes)).find((lane) => lane.status === 'rejected')
  if (failed) throw failed.reason
}

/** By the name of the process, which is that of its socket. */
function ordersOf({ config, run, portal, databaseUrl, keys, hub }: ClusterOptions): Record<string, Order> {
  const { manifest } = portal.assets
  const common = { run: { path: run.path, sockets: run.sockets }, databaseUrl, logLevel: config.logLevel }
  const orders: Record<string, Order> = { layout: { ...common, kind: 'layout', socket: 'layout', manifest } }
  for (const { name } of portal.mfes) {
    const own = { keys: keysFor(name, keys), hub: hubFor(name, hub) }
    orders[name] = { ...common, ...own, kind: 'mfe', socket: name, mfe: name, manifest }
  }
  for (const socket of GATEWAYS) {
    orders[socket] = { ...common, kind: 'gateway', socket, site: portal.site, keys: { identity: keys.identity } }
  }
  return orders
}

function startMember({ run }: ClusterOptions, name: string, order: Order) {
  const path = serviceSocket(run, order.socket)
  // One that was killed leaves its socket, which nobody answers.
  rmSync(path, { force: true })
  return startProcess({
    run,
    name,
    command: process.execPath,
    args: ['--import', LOADER, MEMBER, writeOrder(run, name, order)],
    env: process.env.NODE_V8_COVERAGE ? { NODE_V8_COVERAGE: process.env.NODE_V8_COVERAGE } : {},
    ready: () => accepts({ path }),
    readyWithin: READY_MS,
    stopWithin: STOP_MS,
  })
}
