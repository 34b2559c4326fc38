/** Sends payments: hears that one is to be processed, asks the provider, and writes down what came of it. */
import type { Sql } from '#kit/database.ts'
import { unlessAborted } from '#kit/deadline.ts'
import type { Log } from '#kit/log.ts'
import { Away, type Consumer, consumer } from '../../hub/consumer.ts'
import { noteChanges } from './payments.ts'
import { type Psp, type Receipt, StubPsp } from './psp.ts'
import { settle } from './store.ts'

const AT_ONCE = 20
/** Shorter than a consumer may take (`hub/options.ts`), so that a hanging provider is told from a hanging worker. */
const CHARGE_MS = 20_000

export const events = paymentsWorker(new StubPsp())

/**
 * Whatever goes wrong, the event comes again, to this worker or another one, and the provider is asked again with the same
 * reference, which has the effect of the first time.
 */
export function paymentsWorker(psp: Psp): Consumer {
  return consumer(
    'payments',
    {
      'payment.processing': {
        async first({ subject: reference, data }, { signal }) {
          const { amount, currency, payee } = data
          const limit = AbortSignal.any([signal, AbortSignal.timeout(CHARGE_MS)])
          const charge = { reference, amount, currency, payee }
          const receipt = await unlessAborted(limit, () => psp.charge(charge, limit)).catch((cause: unknown) => {
            throw new Away('The payment provider did not answer.', { cause })
          })
          return (sql, event, { log }) => finish(sql, event.subject, receipt, log)
        },
      },
    },
    { atOnce: AT_ONCE },
  )
}

async function finish(sql: Sql, id: string, { outcome, reason, reference }: Receipt, log: Log): Promise<void> {
  // Undefined where it was settled before: an operator has replayed the event.
  const settled = await settle(sql, id, { from: 'processing', to: outcome, reason })
  if (!settled) return
  await noteChanges(sql, [settled])
  log.info({ event: 'payment', payment: id, outcome, reference }, 'payment settled')
}
