/** One service's part in the hub: its outbox is relayed, and what it consumes is handed to it. */
import type { AskNeighbour } from '#kit/contract.ts'
import type { Database } from '#kit/database.ts'
import type { Log } from '#kit/log.ts'
import type { Consumer } from './consumer.ts'
import { opener, sealer } from './envelope.ts'
import type { Hub } from './hub.ts'
import type { HubKeys } from './keys.ts'
import type { HubOptions } from './options.ts'
import { receiver } from './receive.ts'
import { relayOutbox } from './relay.ts'
import { allPublishers, type Rights } from './rights.ts'

export interface HubMember {
  readonly service: string
  readonly hub: Hub
  /** Where the outbox is. */
  readonly outbox: Database
  /** What its handlers work in, with as many connections as it handles events at once. */
  readonly openWork: (size: number) => Database
  readonly keys: HubKeys
  readonly rights: Rights
  readonly options: HubOptions
}

export interface Participation {
  readonly consumer: Consumer | undefined
  readonly askIn: (trace: string, signal: AbortSignal) => AskNeighbour
  readonly log: Log
}

export interface Joined {
  /** Finishes what is in hand, then resolves. */
  leave(): Promise<void>
}

/** Begins to send and to consume. */
export async function joinHub(member: HubMember, { consumer, askIn, log }: Participation): Promise<Joined> {
  const { service, hub, outbox, openWork, keys, rights, options } = member
  const controller = new AbortController()
  const key = keys.private[service]
  const relaying =
    key && allPublishers(rights).includes(service)
      ? relayOutbox({ db: outbox, hub, service, seal: sealer(key), log, signal: controller.signal })
      : undefined
  const subscription =
    consumer &&
    (await hub.consume(
      consumer.atOnce,
      receiver({
        consumer,
        rights,
        open: opener(keys),
        db: openWork(consumer.atOnce),
        askIn,
        log,
        limit: options.handleSeconds * 1_000,
      }),
    ))
  return {
    async leave() {
      await subscription?.stop()
      controller.abort()
      await relaying
      await hub.close()
    },
  }
}
