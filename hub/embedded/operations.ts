/** The embedded hub as its operators have it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '#kit/database.ts'
import { idIn, readEnvelope } from '../envelope.ts'
import type { DeadLetter, Logged, Operations, Selection } from '../hub.ts'
import type { HubOptions } from '../options.ts'
import { allConsumers, OPERATOR, type Rights } from '../rights.ts'
import {
  addToQueues,
  countWaiting,
  listDead,
  listLog,
  newestOfDead,
  newestOfLog,
  type PlacedLetter,
  readStatus,
  redrive,
} from './store.ts'

const AT_ONCE = 500
const LOOK_MS = 200
/** A minute of looking for room. */
const MOST_LOOKS = 300
/** A transaction that took an earlier place may commit later than one with a later place. */
const SETTLE = 1_000

export function openEmbeddedOperations(db: Database, rights: Rights, { queueLimit }: HubOptions): Operations {
  return {
    status: () => readStatus(db, allConsumers(rights)),
    readLog: (selection) => readPages(db, selection),
    tail: (signal) => follow(db, signal),
    async deadLetters(consumer) {
      const letters: DeadLetter[] = []
      for await (const page of deadPages(db, consumer)) letters.push(...page)
      return letters
    },
    async redrive(consumer, decide) {
      let count = 0
      // Up to the newest of now: one that dies again while we are at it is for the next time.
      for await (const page of deadPages(db, consumer, await newestOfDead(db, consumer))) {
        const positions = page.filter(decide).map(({ position }) => position)
        count += await redrive(db, consumer, positions)
      }
      return count
    },
    async replay(consumer, body, replay) {
      await awaitRoom(db, consumer, queueLimit)
      await addToQueues(db, [{ consumer, event: readEnvelope(body).id, sender: OPERATOR, replay, body }])
    },
    close: async () => {},
  }
}

/** A replay leaves half of the queue to what is happening. */
async function awaitRoom(db: Database, consumer: string, queueLimit: number): Promise<void> {
  const most = Math.ceil(queueLimit / 2)
  for (let look = 0; look < MOST_LOOKS; look++) {
    const waiting = await countWaiting(db, [consumer], most)
    if ((waiting.get(consumer) ?? 0) < most) return
    await sleep(LOOK_MS)
  }
  throw new Error(`${consumer} has not made room for a replay for a minute. Is it running?`)
}

async function* readPages(db: Database, selection: Selection): AsyncGenerator<Logged> {
  const upTo = await newestOfLog(db)
  let after = 0
  for (;;) {
    const page = await listLog(db, selection, after, upTo, AT_ONCE)
    yield* page
    const last = page.at(-1)
    if (!last || page.length < AT_ONCE) return
    after = last.position
  }
}

/** Looks back a little each time, for what committed late. */
async function* follow(db: Database, signal: AbortSignal): AsyncGenerator<Logged> {
  const began = await newestOfLog(db)
  const seen = new Set<number>()
  let newest = began
  while (!signal.aborted) {
    const after = Math.max(began, newest - SETTLE)
    const rows = await listLog(db, {}, after, Number.MAX_SAFE_INTEGER, AT_ONCE + SETTLE)
    for (const row of rows) {
      if (seen.has(row.position)) continue
      seen.add(row.position)
      newest = Math.max(newest, row.position)
      yield row
    }
    for (const position of seen) if (position < newest - 2 * SETTLE) seen.delete(position)
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {})
  }
}

async function* deadPages(
  db: Database,
  consumer: string,
  upTo = Number.MAX_SAFE_INTEGER,
): AsyncGenerator<PlacedLetter[]> {
  let after = 0
  for (;;) {
    const page = await listDead(db, consumer, after, upTo, AT_ONCE)
    if (page.length === 0) return
    // By what it says itself: who sent it may have called it otherwise.
    yield page.map((letter) => ({ ...letter, id: idIn(letter.body) ?? letter.id }))
    after = page.at(-1)?.position ?? after
  }
}
