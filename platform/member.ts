/** One process of the cluster: one service, as its order says. Started by `cluster.ts`, never by hand. */
import { openManifest } from '#kit/build/manifest.ts'
import { openLog } from '#kit/log.ts'
import { loadMfes } from '../fragments/definitions.ts'
import { databaseOpener } from './data.ts'
import { type Order, takeOrder } from './orders.ts'
import { serviceSocket } from './places.ts'
import { describePortal } from './portal.ts'
import { startGateway, startLayout, startMfes } from './services.ts'
import { awaitSignal } from './signals.ts'
import { type Stop, stopAll } from './stops.ts'

const signal = awaitSignal()
const order = takeOrder(process.argv[2] ?? '')
const stops: Stop[] = []
await startMember(order, stops)
await signal.asked
await stopAll(stops)
process.exit(0)

async function startMember(order: Order, stops: Stop[]): Promise<void> {
  const log = openLog(order.logLevel)
  const open = databaseOpener(order.databaseUrl, log, stops)
  const socketOf = (name: string) => serviceSocket(order.run, name)
  const socket = socketOf(order.socket)
  if (order.kind === 'gateway') return startGateway(order.site, { open, log, keys: order.keys }, socket, stops)

  const assets = openManifest(order.manifest)
  if (order.kind === 'layout') {
    const { layouts } = describePortal(await loadMfes(), assets)
    return startLayout(layouts, log, socket, stops)
  }
  const mfes = await loadMfes([order.mfe])
  await startMfes(mfes, assets, { open, log, keys: order.keys, hub: order.hub, socketOf }, stops)
}
