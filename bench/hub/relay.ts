/** Sends what is in the outbox, of payments and of notifications. */
import { sealer } from '../../hub/envelope.ts'
import { relayOutbox } from '../../hub/relay.ts'
import type { Order } from './order.ts'
import type { Parts, Played } from './parts.ts'

const SERVICES = ['payments', 'notifications'] as const

export async function playRelay(parts: Parts, { keys }: Order, signal: AbortSignal): Promise<Played> {
  const db = parts.open(2 * SERVICES.length)
  const hubs = await Promise.all(SERVICES.map((service) => parts.join(service, db)))
  const running = hubs.map((hub, index) => {
    const service = SERVICES[index] ?? ''
    const seal = sealer(keys.private[service] ?? '')
    return relayOutbox({ db, hub, service, seal, log: parts.log.child({ service }), signal })
  })
  return {
    async end() {
      await Promise.all(running)
      await Promise.all(hubs.map((hub) => hub.close()))
    },
  }
}
