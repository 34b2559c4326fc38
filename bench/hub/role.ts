/** One process of the chaos run, started by `player.ts`, never by hand. */
import { once } from 'node:events'
import { flushCompileCache } from 'node:module'
import { openLog } from '#kit/log.ts'
import { playConsumers, playWorker } from './consumers.ts'
import { Order, Told, tell } from './order.ts'
import { openParts } from './parts.ts'
import { playRelay } from './relay.ts'
import { playService } from './service.ts'

// Whoever started it is gone.
process.on('disconnect', () => process.exit(1))

const [first] = await once(process, 'message')
const order = Order.parse(first)
const parts = openParts(order, openLog('debug', undefined, { write: sift }))
const controller = new AbortController()
const play = { service: playService, relay: playRelay, worker: playWorker, consumers: playConsumers }[order.role]
const played = await play(parts, order, controller.signal)
process.on('message', (message) => {
  const { allowed, stop } = Told.parse(message)
  if (allowed !== undefined) played.allow?.(allowed)
  if (stop) void end()
})
tell({ kind: 'ready' })
// Whoever is killed would not leave it behind.
flushCompileCache()

async function end(): Promise<void> {
  controller.abort()
  await played.end()
  await parts.close()
  process.exit(0)
}

/** Of all that is logged: what tells of repeats, and what went wrong. */
function sift(line: string): void {
  if (line.includes('"outcome":"repeated"')) tell({ kind: 'repeated', consumer: order.role })
  if (/"level":"(warn|error|fatal)"/.test(line)) tell({ kind: 'line', line })
}
