/** `status`: what waits where, and whether somebody has to look. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ConsumerStatus } from '../../hub/hub.ts'
import { EXIT } from './endings.ts'
import { type HubName, type OpenHub, sayHub } from './open.ts'
import { countOf, plain, sayAge, table } from './output.ts'

/** What a service has published and the hub has not taken yet. */
interface Outbox {
  readonly service: string
  readonly waiting: number
  readonly oldestSeconds: number
  /** Why the hub did not take it last time. */
  readonly refusal: string | null
}

/** `--json`. Keys are added, never renamed. */
interface Status {
  readonly hub: HubName
  readonly well: boolean
  /** A sentence each. */
  readonly problems: readonly string[]
  readonly outbox: readonly Outbox[]
  readonly consumers: readonly ConsumerStatus[]
}

interface Options {
  readonly json: boolean
  readonly watch: boolean
}

const LOOK_MS = 2_000
/** The relay sends within a second: what waits for longer is held up. */
const PATIENCE_SECONDS = 60

export async function showStatus(
  hub: OpenHub,
  { json, watch }: Options,
  interrupted: () => AbortSignal,
): Promise<number> {
  const signal = watch ? interrupted() : undefined
  for (;;) {
    const status = await readStatus(hub)
    if (watch && !json) console.clear()
    console.log(json ? JSON.stringify(status) : sayStatus(status))
    if (signal) await sleep(LOOK_MS, undefined, { signal }).catch(() => {})
    if (!signal || signal.aborted) return status.well ? EXIT.well : EXIT.needsPerson
  }
}

async function readStatus({ name, db, operations }: OpenHub): Promise<Status> {
  const consumers = await operations.status()
  // The oldest is tried first each time, so it knows the latest refusal.
  const outbox = await db.query<Outbox>(
    `select source as service, count(*) as waiting,
       floor(extract(epoch from clock_timestamp() - min(time)))::int as "oldestSeconds",
       (array_agg(refusal order by sequence) filter (where refusal is not null))[1] as refusal
     from hub.outbox group by source order by source`,
  )
  const problems = [...outbox.flatMap(problemOfOutbox), ...consumers.flatMap(problemOfConsumer)]
  return { hub: name, well: problems.length === 0, problems, outbox, consumers }
}

function problemOfOutbox({ service, oldestSeconds, refusal }: Outbox): string[] {
  if (oldestSeconds <= PATIENCE_SECONDS) return []
  const why = refusal ?? `Nobody has tried to send it: is ${service} running?`
  return [`The outbox of ${service} has held events for ${sayAge(oldestSeconds)}. ${why}`]
}

function problemOfConsumer({ consumer, dead }: ConsumerStatus): string[] {
  if (dead === 0) return []
  return [`${consumer} has ${countOf(dead, 'dead letter')}. Look at them: npm run hub -- dlq ${consumer}`]
}

function sayStatus({ hub, problems, outbox, consumers }: Status): string {
  return [
    sayHub(hub),
    outbox.length > 0 ? tableOfOutbox(outbox) : 'Nothing waits in an outbox.',
    tableOfConsumers(consumers),
    problems.length > 0 ? problems.map(plain).join('\n') : 'All is well.',
  ].join('\n\n')
}

function tableOfOutbox(outbox: readonly Outbox[]): string {
  return table<Outbox>(
    [
      { head: 'OUTBOX OF', cell: ({ service }) => service },
      { head: 'WAITING', cell: ({ waiting }) => waiting.toLocaleString('en'), right: true },
      {
        head: 'OLDEST',
        cell: ({ oldestSeconds }) => sayAge(oldestSeconds),
        right: true,
        colour: (row) => (problemOfOutbox(row).length > 0 ? 'red' : undefined),
      },
      { head: 'LAST REFUSAL', cell: ({ refusal }) => refusal ?? '' },
    ],
    outbox,
  )
}

function tableOfConsumers(consumers: readonly ConsumerStatus[]): string {
  return table<ConsumerStatus>(
    [
      { head: 'CONSUMER', cell: ({ consumer }) => consumer },
      { head: 'READY', cell: ({ ready }) => ready.toLocaleString('en'), right: true },
      {
        head: 'RETRYING',
        cell: ({ retrying }) => retrying.toLocaleString('en'),
        right: true,
        colour: ({ retrying }) => (retrying > 0 ? 'yellow' : undefined),
      },
      {
        head: 'DEAD',
        cell: ({ dead }) => dead.toLocaleString('en'),
        right: true,
        colour: ({ dead }) => (dead > 0 ? 'red' : undefined),
      },
    ],
    consumers,
  )
}
