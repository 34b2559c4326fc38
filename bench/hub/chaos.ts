/** The chaos run: payments flow while everything that carries them is killed in turn, and nothing may be lost or doubled. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Operations } from '../../hub/hub.ts'
import { hubOptions } from '../../hub/options.ts'
import { allConsumers, RIGHTS } from '../../hub/rights.ts'
import { type Cast, openCast } from './cast.ts'
import { type Facts, readFacts } from './facts.ts'
import { allowanceOf, type Fault, planFaults, sayFault } from './faults.ts'
import { type BenchGround, type HubKind, openBenchGround } from './ground.ts'
import { type Judgement, judge } from './judge.ts'
import { awaitRest } from './progress.ts'
import { countEntries } from './stream-entries.ts'

export interface ChaosPlan {
  readonly hub: HubKind
  readonly seed: number
  readonly payments: number
  /** How often everything is hit. */
  readonly rounds: number
  readonly say: (line: string) => void
}

export interface ChaosOutcome {
  readonly plan: ChaosPlan
  readonly faults: readonly Fault[]
  readonly facts: Facts
  readonly judgement: Judgement
  /** Entries of the stream, with what the relay sent again; undefined for the embedded hub. */
  readonly entries: number | undefined
  /** Events that came again and were stopped by the inbox, as far as those who were killed could still tell. */
  readonly repeats: number
  readonly redriven: number
  readonly seconds: number
  /** Warnings of the processes, newest last. */
  readonly lines: readonly string[]
}

/** Quick to try again, and patient enough that a server that is away for some seconds makes no dead letter. */
export const CHAOS_OPTIONS = hubOptions({
  retrySeconds: [0.2, 1, 2, 2, 2, 2, 4, 4, 8, 8],
  handleSeconds: 3,
  mostLost: 20,
  queueLimit: 100_000,
  logDays: 1,
})

const LOOK_MS = 20
/** Nothing is confirmed for so long: it will not come any more. */
const PATIENCE_MS = 60_000

export async function runChaos(plan: ChaosPlan): Promise<ChaosOutcome> {
  const ground = await openBenchGround(plan.hub, CHAOS_OPTIONS)
  const cast = openCast(ground, plan.payments)
  try {
    await ground.database.db.query('create table effects (consumer text not null, event uuid not null)')
    return await perform(plan, ground, cast)
  } finally {
    await cast.stop()
    await ground.close()
  }
}

async function perform(plan: ChaosPlan, ground: BenchGround, cast: Cast): Promise<ChaosOutcome> {
  const { hub, seed, payments, rounds, say } = plan
  const began = performance.now()
  const faults = planFaults(hub, seed, payments, rounds)
  await cast.start()
  for (const [index, fault] of faults.entries()) {
    cast.allow(allowanceOf(faults, index, payments))
    await awaitConfirmed(cast, fault.after)
    await sleep(fault.pause)
    say(`${String(Math.round((performance.now() - began) / 1_000)).padStart(4)} s  ${sayFault(fault)}`)
    await commit(fault, ground, cast)
  }
  await awaitConfirmed(cast, payments)
  const operations = await ground.operations()
  try {
    const { redriven, rests } = await comeToRest(plan, ground, operations)
    await cast.stop()
    const facts = await readFacts(ground.database.db, operations)
    const judgement = judge(facts, payments, cast.confirmed)
    const odd = [...cast.ends, ...(rests ? [] : ['It stopped moving before everything was done.'])]
    return {
      plan,
      faults,
      facts,
      judgement: { ...judgement, complaints: [...odd, ...judgement.complaints] },
      entries: ground.broker && (await countEntries(ground.broker)),
      repeats: cast.repeats(),
      redriven,
      seconds: (performance.now() - began) / 1_000,
      lines: cast.lines,
    }
  } finally {
    await operations.close()
  }
}

async function commit({ kind, away }: Fault, { database, broker }: BenchGround, cast: Cast): Promise<void> {
  if (kind === 'cut database') return database.cut()
  if (kind === 'cut broker') return broker?.proxy.cut()
  const victim = kind === 'database' ? database : kind === 'broker' ? broker : cast.players[kind]
  await victim?.kill()
  await sleep(away)
  await victim?.start()
}

/** What became a dead letter all the same goes back, once: it is not lost. */
async function comeToRest({ payments, say }: ChaosPlan, { database }: BenchGround, operations: Operations) {
  await awaitRest(database.db, operations, payments)
  let redriven = 0
  for (const consumer of allConsumers(RIGHTS)) {
    redriven += await operations.redrive(consumer, ({ reason, id }) => {
      say(`dead letter of ${consumer}, redriven: ${id}: ${reason}`)
      return true
    })
  }
  return { redriven, rests: await awaitRest(database.db, operations, payments) }
}

async function awaitConfirmed({ confirmed }: Cast, count: number): Promise<void> {
  let last = confirmed.size
  let moved = performance.now()
  while (confirmed.size < count) {
    await sleep(LOOK_MS)
    if (confirmed.size > last) moved = performance.now()
    last = confirmed.size
    if (performance.now() - moved > PATIENCE_MS) throw new Error(`${last} payments are confirmed, and no more come.`)
  }
}
