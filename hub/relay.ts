/**
 * The relay: sends what is in the outbox, in order, and deletes a row once the hub has confirmed it. Killed in between it
 * sends again; consumers know what they have done.
 */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Database, Sql } from '#kit/database.ts'
import type { Log } from '#kit/log.ts'
import type { Seal, Sealed } from './envelope.ts'
import type { Hub } from './hub.ts'
import {
  deleteRows,
  eventOf,
  holdTurn,
  noteRefusals,
  type Page,
  type Refused,
  type Row,
  readOldest,
  readRows,
} from './outbox.ts'
import { createReluctance, pauseAfter, type Reluctance } from './reluctance.ts'
import { awaitOutbox } from './wake.ts'

/** Read, sent and deleted together: the hub idles at the end of a batch, so there are not many of them. */
const BATCH = 1_000
const BATCH_SIZE = 4_000_000
/** A signature takes as long as to send: in between, confirms are heard and the next ones go out. */
const SIGNED_AT_ONCE = 10
/** Then it looks again from the beginning: what was committed late has a smaller sequence. */
const MOST_BATCHES = 5
/** What another process has written is found by looking. */
const LOOK_MS = 250
const SHORTEST_LOOK_MS = 50
/** A transaction that has just written has not committed yet. */
const COMMIT_MS = 5
/** Below what a transaction may wait idle (`database.ts`). */
const SEND_MS = 8_000

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

type RoundDependencies = Omit<RelayDependencies, 'signal' | 'log'> & { readonly signal?: AbortSignal }

/** Read and signed, ready to be sent. */
interface Batch extends Page {
  readonly events: readonly Sealed[]
}

const NOTHING: Promise<Batch> = Promise.resolve({ rows: [], events: [], isLast: true })

/** Runs until `signal` aborts. Of several relays of a service one sends at a time. */
export async function relayOutbox(deps: RelayDependencies): Promise<void> {
  const { log, signal } = deps
  const reluctance = createReluctance()
  let failures = 0
  while (!signal.aborted) {
    try {
      const { sent, refused } = await relayRound(deps, reluctance)
      failures = 0
      if (refused > 0) {
        log.warn({ refused, sent, kinds: reluctance.held() }, 'the hub did not take all events; the outbox keeps them')
      }
      if (sent >= BATCH) continue
    } catch (err) {
      if (signal.aborted) return
      failures += 1
      log.warn({ err }, 'the outbox could not be sent; it will be tried again')
    }
    if (failures > 0) await sleep(pauseAfter(failures), undefined, { signal }).catch(() => {})
    else {
      // Not at once, also where one may be tried: another relay may have the turn for a while.
      const due = reluctance.untilDue(Date.now()) ?? LOOK_MS
      await awaitOutbox(Math.min(LOOK_MS, Math.max(SHORTEST_LOOK_MS, due)), signal)
      await sleep(COMMIT_MS, undefined, { signal }).catch(() => {})
    }
  }
}

/**
 * Sends what is there, a batch at a time. Refused ones stay, with the reason, and hold up nobody but their own kind. While a
 * batch is on its way, the one before it is deleted, and the next one is read and signed.
 */
export async function relayRound(deps: RoundDependencies, reluctance = createReluctance()): Promise<Round> {
  const { db, hub, service, signal } = deps
  return db.transaction(async (sql) => {
    const total = { sent: 0, refused: 0 }
    if (!(await holdTurn(sql, service))) return total
    const count = async (rows: readonly Row[], refusals: readonly (string | undefined)[]) => {
      const { sent, refused } = sortOut(rows, refusals, reluctance)
      total.sent += sent.length
      total.refused += refused.length
      await noteOutcome(db, sent, refused)
    }
    const due = reluctance.due(Date.now())
    const attempts = await prepareAttempts(sql, deps, due)
    // Another relay has sent the last of them meanwhile: nothing is left that could be refused.
    const waiting = new Set(attempts.rows.map(({ type }) => type))
    for (const type of due) if (!waiting.has(type)) reluctance.taken(type)
    if (attempts.rows.length > 0) await count(attempts.rows, await sendInTime(hub, attempts.events))

    const prepare = (after: number) => heard(prepareBatch(sql, deps, after, reluctance.held()))
    let preparing = prepare(0)
    let noting: Promise<void> = Promise.resolve()
    try {
      for (let batches = 1; ; batches++) {
        const page = await preparing
        const isOver = page.isLast || batches === MOST_BATCHES || signal?.aborted
        preparing = isOver ? NOTHING : prepare(page.rows.at(-1)?.sequence ?? 0)
        const { rows, events } = without(page, reluctance.held())
        const refusals = events.length > 0 ? await sendInTime(hub, events) : []
        await noting
        noting = heard(count(rows, refusals))
        if (isOver) break
      }
      await noting
      return total
    } finally {
      // Our turn ends with the transaction: nothing of it may go on after that.
      await Promise.allSettled([preparing, noting])
    }
  })
}

/** It may fail while something else is awaited: whoever awaits it later hears of it. */
function heard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

/** One of each kind, the oldest. */
async function prepareAttempts(sql: Sql, { service, seal }: RoundDependencies, types: readonly string[]) {
  const rows = types.length > 0 ? await readOldest(sql, service, types) : []
  return { rows, events: rows.map((row) => seal(eventOf(service, row))) }
}

/** What was read before its kind was refused. */
function without({ rows, events }: Batch, held: readonly string[]): Pick<Batch, 'rows' | 'events'> {
  const places = rows.flatMap(({ type }, place) => (held.includes(type) ? [] : [place]))
  const pick = <T>(all: readonly T[]) => places.flatMap((place) => all.slice(place, place + 1))
  return { rows: pick(rows), events: pick(events) }
}

async function prepareBatch(
  sql: Sql,
  { service, seal }: RoundDependencies,
  after: number,
  held: readonly string[],
): Promise<Batch> {
  const page = await readRows(sql, service, { after, except: held, limit: BATCH, size: BATCH_SIZE })
  const events: Sealed[] = []
  for (const row of page.rows) {
    if (events.length % SIGNED_AT_ONCE === 0) await nextTurn()
    events.push(seal(eventOf(service, row)))
  }
  return { ...page, events }
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

function sortOut(rows: readonly Row[], refusals: readonly (string | undefined)[], reluctance: Reluctance) {
  const sent: number[] = []
  const refused: Refused[] = []
  const kinds = new Set<string>()
  for (const [index, { sequence, type }] of rows.entries()) {
    const refusal = refusals[index]
    if (refusal === undefined) {
      sent.push(sequence)
      if (!kinds.has(type)) reluctance.taken(type)
    } else {
      refused.push({ sequence, refusal })
      kinds.add(type)
    }
  }
  for (const type of kinds) reluctance.refused(type, Date.now())
  return { sent, refused }
}

/** Outside of the transaction that holds our turn: a batch that was sent is not sent again because a later one fails. */
async function noteOutcome(db: Database, sent: readonly number[], refused: readonly Refused[]): Promise<void> {
  await deleteRows(db, sent)
  await noteRefusals(db, refused)
}
