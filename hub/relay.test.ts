import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openTestDatabase } from '#kit/database.fixture.ts'
import { type Sealed, sealer } from './envelope.ts'
import { createHubKeys } from './keys.ts'
import { relayRound } from './relay.ts'
import { createReluctance } from './reluctance.ts'

const { db, close } = await openTestDatabase({})
const keys = createHubKeys(['payments'])
const seal = sealer(keys.private.payments ?? '')

test.before.each(async () => {
  await db.query('truncate hub.outbox')
})
test.after(close)

/** Subjects `s1`, `s2`, …, in this order. */
async function fill(count: number, bytes = 10): Promise<void> {
  await db.query(
    `insert into hub.outbox (id, source, type, version, subject, time, traceparent, data)
     select gen_random_uuid(), 'payments', 'payment.submitted', 1, 's' || n, now(),
       '00-' || repeat('a', 32) || '-' || repeat('b', 16) || '-01', to_json(repeat('x', $2))
     from generate_series(1, $1::int) as n`,
    [count, bytes],
  )
}

/** With a smaller sequence than any. */
async function addFirst(subject: string): Promise<void> {
  await db.query(
    `insert into hub.outbox (sequence, id, source, type, version, subject, time, traceparent, data)
     select min(sequence) - 1, gen_random_uuid(), 'payments', 'payment.submitted', 1, $1, now(), min(traceparent), '0'
     from hub.outbox`,
    [subject],
  )
}

function subjectsUpTo(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `s${index + 1}`)
}

async function left(): Promise<string[]> {
  const rows = await db.query<{ subject: string }>('select subject from hub.outbox order by sequence')
  return rows.map(({ subject }) => subject)
}

type Answer = (batch: readonly Sealed[], index: number) => Promise<(string | undefined)[]>

/** A hub that keeps what it was sent. */
function openHub(answer: Answer = async (batch) => batch.map(() => undefined)) {
  const batches: string[][] = []
  const sending = { now: 0, most: 0 }
  const send = async (events: readonly Sealed[]) => {
    sending.most = Math.max(sending.most, ++sending.now)
    const index = batches.push(events.map(({ subject }) => subject)) - 1
    try {
      return await answer(events, index)
    } finally {
      sending.now -= 1
    }
  }
  return { batches, sending, round: () => relayRound({ db, hub: { send }, service: 'payments', seal }) }
}

test('all goes in order, one batch after the other, and each row goes once it is sent', async () => {
  await fill(2_500)
  const seen: number[] = []
  const hub = openHub(async (batch) => {
    // What was sent before is deleted meanwhile.
    await sleep(100)
    seen.push((await left()).length)
    return batch.map(() => undefined)
  })
  assert.equal(await hub.round(), { sent: 2_500, refused: 0 })
  assert.equal(hub.batches.flat(), subjectsUpTo(2_500))
  assert.is(hub.sending.most, 1)
  assert.equal(seen, [2_500, 1_500, 500])
  assert.equal(await left(), [])
})

test('after a refusal nothing more of its kind is sent; only what was refused stays', async () => {
  await fill(2_500)
  const hub = openHub(async (batch) => batch.map(({ subject }) => (subject === 's7' ? 'Full.' : undefined)))
  assert.equal(await hub.round(), { sent: 999, refused: 1 })
  assert.is(hub.batches.length, 1)
  assert.equal((await left()).slice(0, 2), ['s7', 's1001'])
  const [row] = await db.query<{ refusal: string }>("select refusal from hub.outbox where subject = 's7'")
  assert.is(row?.refusal, 'Full.')
})

test('a kind that was refused is tried with one event; once others have sent the rest, it is no longer held', async () => {
  await fill(20)
  const reluctance = createReluctance()
  const batches: number[] = []
  const send = async (events: readonly Sealed[]) => {
    batches.push(events.length)
    return events.map(() => 'Full.')
  }
  const round = () => relayRound({ db, hub: { send }, service: 'payments', seal }, reluctance)
  const due = () => sleep((reluctance.untilDue(Date.now()) ?? 0) + 1)
  await round()
  await due()
  await round()
  assert.equal(batches, [20, 1])
  await db.query('truncate hub.outbox')
  await due()
  assert.equal(await round(), { sent: 0, refused: 0 })
  assert.equal(reluctance.held(), [])
  assert.is(reluctance.untilDue(Date.now()), undefined, 'and nobody waits for it')
})

test('a later batch that fails does not send the ones before it again', async () => {
  await fill(1_500)
  const hub = openHub(async (batch, index) => {
    if (index === 1) throw new Error('The hub is gone.')
    return batch.map(() => undefined)
  })
  await assertRejects(hub.round(), /The hub is gone/)
  assert.equal(await left(), subjectsUpTo(1_500).slice(1_000))
  assert.equal(await hub.round(), { sent: 500, refused: 0 })
})

test('what is committed late, with a smaller sequence, is neither skipped nor deleted unsent', async () => {
  // So that there is a number before them.
  await db.query("select nextval('hub.sequence')")
  await fill(1_200)
  const hub = openHub(async (batch, index) => {
    if (index === 0) await addFirst('late')
    return batch.map(() => undefined)
  })
  await hub.round()
  assert.equal(await left(), ['late'])
  await hub.round()
  assert.equal(await left(), [])
  assert.equal(hub.batches.flat(), [...subjectsUpTo(1_200), 'late'])
})

test('large events go in smaller batches', async () => {
  await fill(150, 60_000)
  const hub = openHub()
  assert.equal(await hub.round(), { sent: 150, refused: 0 })
  assert.equal(
    hub.batches.map(({ length }) => length),
    [67, 67, 16],
  )
  assert.equal(hub.batches.flat(), subjectsUpTo(150))
})

test('one at a time: who comes while another sends does nothing', async () => {
  await fill(3)
  const other = openHub()
  const hub = openHub(async (batch) => {
    assert.equal(await other.round(), { sent: 0, refused: 0 })
    return batch.map(() => undefined)
  })
  assert.equal(await hub.round(), { sent: 3, refused: 0 })
  assert.equal(other.batches, [])
})

test('a lost connection to the database while something is on its way is an error, and loses nothing', async () => {
  await fill(2_500)
  const hub = openHub(async (batch, index) => {
    if (index === 1) {
      await db
        .query('select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()')
        .catch(() => {})
      await sleep(200)
    }
    return batch.map(() => undefined)
  })
  await assertRejects(hub.round(), /./)
  const rest = await left()
  const sent = new Set(hub.batches.flat())
  assert.ok(subjectsUpTo(2_500).every((subject) => sent.has(subject) || rest.includes(subject)))
  await hub.round()
  assert.equal(await left(), [])
  assert.equal(new Set(hub.batches.flat()).size, 2_500)
})

async function assertRejects(promise: Promise<unknown>, message: RegExp): Promise<void> {
  const failure = await promise.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
  assert.match(failure ?? 'It went well.', message)
  assert.is.not(failure, undefined)
}

test.run()
