/** Events a second through outbox and relay, and those of whoever does only the same in the end, in turn. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { median } from '../table.ts'
import { type BenchGround, type HubKind, openBenchGround } from './ground.ts'
import { insertSteadily } from './inserts.ts'
import { type PressOrder, Result, type Task, WAYS, type Way } from './press-task.ts'
import { fillOutbox } from './sample.ts'

export interface Figures {
  readonly hub: HubKind
  readonly load: Load
  /** Events a second. */
  readonly perSecond: Readonly<Record<Way, number>>
  /** Processor time of the publishing process for an event. */
  readonly micros: Readonly<Record<Way, number>>
  readonly bytes: Readonly<Record<Way, number>>
  /** Of each round with the same round of the other. */
  readonly ratio: number
}

/** `filled`: all is in the outbox beforehand. `busy`: others publish all the while. */
export type Load = 'filled' | 'busy'

export interface Size {
  readonly count: number
  readonly rounds: number
}

const PROGRAM = join(import.meta.dirname, 'press.ts')
const LOADER = join(import.meta.dirname, '../../kit/tsx.ts')
/** Transactions a second that publish one event, while others are sent. */
const INSERTS = 200
/** What filling and emptying has set in motion is over. */
const SETTLE_MS = 500

export async function measureThroughput(
  ground: BenchGround,
  { count, rounds }: Size,
  profile?: string,
): Promise<Figures[]> {
  const press = await openPress(ground, profile)
  try {
    const figures: Figures[] = []
    for (const load of ['filled', 'busy'] as const) {
      await measureRound(ground, press, load, Math.ceil(count / 4))
      const results: Record<Way, Result>[] = []
      for (let round = 0; round < rounds; round++) results.push(await measureRound(ground, press, load, count, round))
      figures.push(figuresOf(ground.broker ? 'rabbitmq' : 'embedded', load, count, results))
    }
    return figures
  } finally {
    await press.close()
  }
}

async function measureRound(ground: BenchGround, press: Press, load: Load, count: number, round = 0) {
  const of = async (way: Way) => {
    await clear(ground)
    if (way === 'relay') await fillOutbox(ground.database.db, count)
    await sleep(SETTLE_MS)
    const inserting = load === 'busy' ? insertSteadily(ground.database.db, INSERTS) : undefined
    const result = await press.ask({ way, count })
    await inserting?.stop()
    return result
  }
  // Whoever is first has the quieter broker, perhaps.
  const [first, second] = round % 2 ? WAYS : WAYS.toReversed()
  const results: Partial<Record<Way, Result>> = {}
  for (const way of [first, second]) if (way) results[way] = await of(way)
  const { relay, bare } = results
  if (!relay || !bare) throw new Error('Both were measured.')
  return { relay, bare }
}

async function clear({ database: { db }, broker }: BenchGround): Promise<void> {
  await broker?.purge()
  await db.query('truncate hub.outbox, hub.log, hub.queue, bare_log, bare_queue')
}

function figuresOf(hub: HubKind, load: Load, count: number, results: readonly Record<Way, Result>[]): Figures {
  const middle = (of: (result: Result) => number) => ({
    relay: median(results.map(({ relay }) => of(relay))),
    bare: median(results.map(({ bare }) => of(bare))),
  })
  return {
    hub,
    load,
    perSecond: middle(({ seconds }) => count / seconds),
    micros: middle(({ micros }) => micros),
    bytes: middle(({ bytes }) => bytes / count),
    ratio: median(results.map(({ relay, bare }) => bare.seconds / relay.seconds)),
  }
}

interface Press {
  ask(task: Task): Promise<Result>
  close(): Promise<void>
}

async function openPress({ database, broker, keys }: BenchGround, profile: string | undefined): Promise<Press> {
  const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]
  const child = fork(PROGRAM, [], { execArgv: ['--import', LOADER, ...profiling] })
  const gone = once(child, 'exit').then(() => {
    throw new Error('The process that publishes has ended; see its error above.')
  })
  gone.catch(() => {})
  const next = async () => {
    const [message] = await Promise.race([once(child, 'message'), gone])
    return message
  }
  const ready = next()
  child.send({ databaseUrl: database.url, brokerUrl: broker?.direct, keys } satisfies PressOrder)
  await ready
  return {
    async ask(task) {
      const answer = next()
      child.send(task)
      return Result.parse(await answer)
    },
    async close() {
      child.disconnect()
      await gone.catch(() => {})
    },
  }
}

/** With tables for the bare inserts. */
export async function openThroughputGround(hub: HubKind): Promise<BenchGround> {
  const ground = await openBenchGround(hub, {})
  await ground.database.db.query('create table bare_log (like hub.log including all)')
  await ground.database.db.query('create table bare_queue (like hub.queue including all)')
  return ground
}
