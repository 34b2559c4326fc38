/** Runs a plan: warms every cell, then rounds over all of them. */
import { availableParallelism } from 'node:os'
import { machineCpu, treesCpu } from '../cpu.ts'
import { watchCaches } from './cache-log.ts'
import { type Cell, type Contestants, STALE_VARIANTS } from './contestants.ts'
import { askSteadily, type Capacity, emptySamples, measureCapacity, type Samples, type Work } from './load.ts'
import type { Plan } from './plan.ts'
import type { Stage } from './stage.ts'

export interface Latency {
  readonly cell: Cell
  readonly samples: Samples
}

export interface CapacityRound extends Capacity {
  /** Microseconds for a request of all processes but the generator. */
  readonly cpu: number
  /** The same by process: `nginx`, `services`, … */
  readonly parts: ReadonlyMap<string, number>
}

export interface Capacities {
  readonly cell: Cell
  readonly rounds: readonly CapacityRound[]
}

export interface Figures {
  readonly latencies: readonly Latency[]
  readonly capacities: readonly Capacities[]
  /** What nginx found in its cache of fragments. */
  readonly caches: readonly string[]
  /** The share of the processors that others took who have nothing to do with the bench. */
  readonly others: number
}

/** The connections that a slow fragment keeps busy at the plan's rate, and some more. */
const OPEN = 32
const WARM_UP = 12
const AT_ONCE = 4

export async function measure(plan: Plan, stage: Stage, contestants: Contestants): Promise<Figures> {
  const latencies = plan.cells.map((cell) => ({ cell, samples: emptySamples() }))
  const capacities = plan.capacities.map((cell) => ({ cell, rounds: [] as CapacityRound[] }))
  for (const cell of plan.capacities) await measureCapacity(contestants.workOf(cell), plan.capacitySeconds)
  for (const cell of plan.cells) await warm(cell, contestants)
  const watch = watchCaches(stage)
  const watchOthers = watchProcessors(stage)

  for (let round = 0; round < plan.rounds; round++) {
    await contestants.renew()
    for (const { cell, rounds } of capacities) rounds.push(await measureRound(cell, plan, stage, contestants))
    for (const { cell, samples } of latencies) {
      const work = contestants.workOf(cell)
      await work.client.open(OPEN)
      // Since the last round the whole page has grown old, and this kind is about one that has not.
      if (cell.kind === 'page') await visit(work, 0)
      await askSteadily(work, plan.rate, plan.seconds, samples)
    }
  }
  return { latencies, capacities, caches: watch(), others: watchOthers() }
}

/** One visit alone first: it fills what can be filled. */
async function warm(cell: Cell, contestants: Contestants): Promise<void> {
  const work = contestants.workOf(cell)
  const count = cell.kind === 'stale' ? STALE_VARIANTS : cell.fault === 'well' ? WARM_UP : AT_ONCE
  await visit(work, 0)
  // A few at a time: whoever waits too long for another's fragment fetches it for himself, and does not store it.
  for (let index = 0; index < count; index += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, more) => visit(work, index + more)))
  }
}

/** What fails here fails again where it is counted. */
async function visit({ client, path }: Work, index: number): Promise<void> {
  await client.get(path(index)).catch(() => undefined)
}

async function measureRound(
  cell: Cell,
  { capacitySeconds }: Plan,
  { groups }: Stage,
  contestants: Contestants,
): Promise<CapacityRound> {
  const before = treesCpu(groups)
  const capacity = await measureCapacity(contestants.workOf(cell), capacitySeconds)
  const requests = Math.max(1, capacity.perSecond * capacitySeconds)
  const parts = new Map(
    [...treesCpu(groups)].map(([name, used]) => [name, (used - (before.get(name) ?? 0)) / requests]),
  )
  return { ...capacity, parts, cpu: [...parts.values()].reduce((total, part) => total + part, 0) }
}

/** From now on. */
function watchProcessors({ groups }: Stage): () => number {
  const used = () => {
    const { user, system } = process.cpuUsage()
    const ours = [...treesCpu(groups).values()].reduce((total, one) => total + one, user + system)
    return machineCpu() - ours
  }
  const [begin, before] = [performance.now(), used()]
  return () => Math.max(0, used() - before) / ((performance.now() - begin) * 1_000 * availableParallelism())
}
