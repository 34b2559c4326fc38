/** Tells the audit log what an operator is about to do. What it was not told of does not happen. */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { sealer } from '../../hub/envelope.ts'
import type { PublishedBy } from '../../hub/events.ts'
import type { Hub } from '../../hub/hub.ts'
import { type Publication, publisher } from '../../hub/publish.ts'
import { relayRound } from '../../hub/relay.ts'
import { OPERATOR } from '../../hub/rights.ts'
import { describe, NeedsPerson } from './endings.ts'
import type { OpenHub } from './open.ts'

type Announcement = Publication<Extract<PublishedBy<'operator'>, 'hub.redriven' | 'hub.replayed'>>

const PATIENCE_MS = 6_000
const AGAIN_MS = 250

const publish = publisher(OPERATOR)

/** Resolves with the trace that the audit has it under, once the hub has confirmed all of it. */
export async function announce(hub: OpenHub, events: readonly Announcement[]): Promise<string> {
  const trace = randomBytes(16).toString('hex')
  const sender = await hub.openSender()
  try {
    await hub.db.transaction((sql) =>
      publish(
        sql,
        events.map((event) => ({ ...event, trace })),
      ),
    )
    const reason = await send(hub, sender, trace)
    if (reason === undefined || (await withdraw(hub, trace)) === 0) return trace
    throw new NeedsPerson(`Nothing was done, since the audit log could not be told of it: ${reason}`)
  } finally {
    await sender.close()
  }
}

/** Until all of it is sent. After a while, why it was not. */
async function send(hub: OpenHub, sender: Hub, trace: string): Promise<string | undefined> {
  const seal = sealer(hub.keys.private[OPERATOR] ?? '')
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const failure = await relayRound({ db: hub.db, hub: sender, service: OPERATOR, seal }).then(
      () => undefined,
      (error: unknown) => describe(error),
    )
    const waiting = await hub.db.query<{ refusal: string | null }>(
      'select refusal from hub.outbox where source = $1 and traceparent like $2 order by sequence',
      [OPERATOR, `00-${trace}-%`],
    )
    const [first] = waiting
    if (!first) return undefined
    if (performance.now() > deadline) return failure ?? first.refusal ?? 'Another relay holds the outbox.'
    await sleep(AGAIN_MS)
  }
}

/** What stayed in the outbox would be told one day, and would not be true. Returns how much of it there was. */
async function withdraw({ db }: OpenHub, trace: string): Promise<number> {
  const rows = await db.transaction(async (sql) => {
    // In turn with whoever relays: what is just being sent is sent or not when this begins.
    await sql.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`hub.relay ${OPERATOR}`])
    return sql.query('delete from hub.outbox where source = $1 and traceparent like $2 returning sequence', [
      OPERATOR,
      `00-${trace}-%`,
    ])
  })
  return rows.length
}
