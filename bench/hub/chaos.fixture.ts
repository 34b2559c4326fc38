/** The chaos run for `npm test`: short, with a seed that stays, and everything is killed or cut once. */
import * as assert from 'uvu/assert'
import { type ChaosOutcome, runChaos } from './chaos.ts'
import { tellComplaints } from './chaos-report.ts'
import type { HubKind } from './ground.ts'

const SEED = 20_251
export const PAYMENTS = 400

/** Fails with the seed and with all that was lost, doubled or left over. */
export async function surviveChaos(hub: HubKind): Promise<ChaosOutcome> {
  const outcome = await runChaos({ hub, seed: SEED, payments: PAYMENTS, rounds: 1, say: () => {} })
  assert.is(tellComplaints(outcome), '')
  assert.equal([outcome.judgement.lost, outcome.judgement.doubled, outcome.facts.payments.length], [0, 0, PAYMENTS])
  return outcome
}
