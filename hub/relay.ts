/**
 * The relay: sends what is in the outbox, in order, and deletes a row once the hub has confirmed it. Killed in between it
 * sends again; consumers know what they have done.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database, Sql } from '#kit/database.ts'
import type { Log } from '#kit/log.ts'
import type { Seal, Sealed } from './envelope.ts'
import type { Hub } from './hub.ts'
import { awaitOutbox } from './wake.ts'

/** On their way at once. */
const BATCH = 100
/** What another process has written is found by looking. */
const LOOK_MS = 250
/** A transaction that has just written has not committed yet. */
const COMMIT_MS = 5
/** After a refusal: a full queue, or no hub. Doubled each time. */
const SHORTEST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000
/** Below what a transaction may wait idle (`database.ts`). */
const SEND_MS = 8_000

interface Row {
  readonly sequence: number
  readonly id: string
  readonly type: string
  readonly version: number
  readonly subject: string
  readonly time: Date
  readonly traceparent: string
  readonly data: string
}

interface Round {
  readonly sent: number
  readonly refused: number
}

export interface RelayDependencies {
  readonly db: Database
  readonly hub: Pick<Hub, 'send'>
  /** The service whose events these are, and its signature. */
  readonly service: string
  readonly seal: Seal
  readonly log: Log
  readonly signal: AbortSignal
}

/** Runs until `signal` aborts. Of several relays of a service one sends at a time. */
export async function relayOutbox(deps: RelayDependencies): Promise<void> {
  const { log, signal } = deps
  let failures = 0
  while (!signal.aborted) {
    try {
      const { sent, refused } = await relayRound(deps)
      failures = refused > 0 ? failures + 1 : 0
      if (refused > 0) log.warn({ refused, sent }, 'the hub did not take all events; the outbox keeps them')
      if (sent === BATCH && refused === 0) continue
    } catch (err) {
      if (signal.aborted) return
      failures += 1
      log.warn({ err }, 'the outbox could not be sent; it will be tried again')
    }
    if (failures > 0) await sleep(pauseAfter(failures), undefined, { signal }).catch(() => {})
    else {
      await awaitOutbox(LOOK_MS, signal)
      await sleep(COMMIT_MS, undefined, { signal }).catch(() => {})
    }
  }
}

/** Sends up to a batch. Refused ones stay, with the reason. */
export async function relayRound({
  db,
  hub,
  service,
  seal,
}: Omit<RelayDependencies, 'signal' | 'log'>): Promise<Round> {
  return db.transaction(async (sql) => {
    if (!(await holdTurn(sql, service))) return { sent: 0, refused: 0 }
    const rows = await readBatch(sql, service)
    if (rows.length === 0) return { sent: 0, refused: 0 }
    const refusals = await sendInTime(
      hub,
      rows.map((row) => seal(envelopeOf(service, row))),
    )
    const refused = rows.flatMap(({ sequence }, index) => {
      const refusal = refusals[index]
      return refusal === undefined ? [] : [{ sequence, refusal }]
    })
    const kept = new Set(refused.map(({ sequence }) => sequence))
    const sent = rows.map(({ sequence }) => sequence).filter((sequence) => !kept.has(sequence))
    await sql.query('delete from hub.outbox where sequence = any($1)', [sent])
    if (refused.length > 0) await noteRefusals(sql, refused)
    return { sent: sent.length, refused: refused.length }
  })
}

async function sendInTime(hub: Pick<Hub, 'send'>, events: readonly Sealed[]): Promise<(string | undefined)[]> {
  const late = new AbortController()
  const limit = sleep(SEND_MS, undefined, { signal: late.signal }).then(() => {
    throw new Error(`The hub has confirmed nothing for ${SEND_MS} ms.`)
  })
  try {
    return await Promise.race([hub.send(events), limit])
  } finally {
    late.abort()
    limit.catch(() => {})
  }
}

/** Of several relays one at a time: two that take turns row by row would send a subject's events out of order. */
async function holdTurn(sql: Sql, service: string): Promise<boolean> {
  const [row] = await sql.query<{ held: boolean }>(
    'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as held',
    [`hub.relay ${service}`],
  )
  return row?.held ?? false
}

async function readBatch(sql: Sql, service: string): Promise<Row[]> {
  return sql.query<Row>(
    `select sequence, id, type, version, subject, time, traceparent, data::text as data from hub.outbox
     where source = $1 order by sequence limit $2`,
    [service, BATCH],
  )
}

async function noteRefusals(sql: Sql, refused: readonly { sequence: number; refusal: string }[]): Promise<void> {
  await sql.query(
    `update hub.outbox set refusal = given.refusal
     from json_to_recordset($1) as given (sequence bigint, refusal text) where outbox.sequence = given.sequence`,
    [JSON.stringify(refused)],
  )
}

function envelopeOf(service: string, { id, type, version, subject, time, traceparent, sequence, data }: Row) {
  return {
    id,
    source: `/${service}`,
    type,
    dataschema: `urn:selvedge:${type}:${version}`,
    subject,
    time: time.toISOString(),
    sequence: String(sequence).padStart(20, '0'),
    traceparent,
    data: JSON.parse(data),
  }
}

function pauseAfter(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** (failures - 1))
}
