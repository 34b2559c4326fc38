/** Makes payments as the service of payments does, and tells of each once it is confirmed. */
import { setTimeout as sleep } from 'node:timers/promises'
import { submit } from '../../fragments/payments/payments.ts'
import { type Order, tell } from './order.ts'
import type { Parts, Played } from './parts.ts'
import { keyOf, orderOf, userOf } from './payment.ts'

const AT_ONCE = 8
const PAUSE_MS = 50

export async function playService(parts: Parts, order: Order, signal: AbortSignal): Promise<Played> {
  const db = parts.open(AT_ONCE)
  const missing = [...order.missing]
  let { allowed } = order

  /** As a person would: asks again with the same key until it is confirmed. */
  async function make(number: number): Promise<void> {
    while (!signal.aborted) {
      try {
        const { payment } = await submit(db, userOf(number), orderOf(number), keyOf(number))
        return tell({ kind: 'confirmed', number, id: payment.id })
      } catch (err) {
        parts.log.debug({ err, number }, 'not confirmed; once more')
        await sleep(PAUSE_MS)
      }
    }
  }

  async function work(): Promise<void> {
    while (!signal.aborted) {
      const [next] = missing
      if (next === undefined) return
      if (next >= allowed) await sleep(PAUSE_MS, undefined, { signal }).catch(() => {})
      else await make(missing.shift() ?? next)
    }
  }

  const working = Promise.all(Array.from({ length: AT_ONCE }, work))
  return {
    allow(below) {
      allowed = below
    },
    async end() {
      await working
    },
  }
}
