/** RabbitMQ as the operators of the hub have it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from 'rabbitmq-client'
import type { Log } from '#kit/log.ts'
import type { ConsumerStatus, Operations } from '../hub.ts'
import type { HubOptions } from '../options.ts'
import { allConsumers, OPERATOR, type Rights } from '../rights.ts'
import { awaitConnection, checkTopology, closeConnection, connect, explainMissing } from './connection.ts'
import { listLetters, redriveLetters } from './letters.ts'
import { readLog, tailLog } from './log.ts'
import { replayMessage } from './message.ts'
import { openPublisher, type Publisher } from './publisher.ts'
import { deadQueueOf, LOG, queueOf, retryQueuesOf, userOf } from './topology.ts'

export interface RabbitOperationsOptions {
  /** Without the user: `amqp://127.0.0.1:5672/selvedge`. */
  readonly url: string
  /** Of the user `operator`: consumers believe nobody else who hands on. */
  readonly password: string
  readonly rights: Rights
  readonly options: HubOptions
  readonly log: Log
}

const CONFIRM_MS = 5_000
/** A replay waits for a consumer whose queue is full: this often, then it fails. */
const MOST_WAITS = 120
const WAIT_MS = 500

export async function openRabbitOperations(deps: RabbitOperationsOptions): Promise<Operations> {
  const { url, password, rights, options, log } = deps
  const address = { url, user: userOf(OPERATOR), password }
  const connection = connect(address, OPERATOR, log)
  const connected = await awaitConnection(connection, address).catch(async (error: unknown) => {
    await closeConnection(connection)
    throw error
  })
  if (!connected) {
    await closeConnection(connection)
    throw new Error(`RabbitMQ does not answer at ${new URL(url).host}. Is it running?`)
  }
  const publisher = openPublisher(connection, (channel) =>
    checkTopology(channel, [], [LOG, ...allConsumers(rights).map(queueOf)]),
  )
  const { mostLost } = options
  return {
    status: () => readStatus(connection, allConsumers(rights), options),
    readLog: (selection) => readLog(connection, publisher, selection),
    tail: (signal) => tailLog(connection, publisher, signal),
    deadLetters: (consumer) => listLetters(connection, consumer, mostLost),
    redrive: (consumer, decide) => redriveLetters(connection, publisher, consumer, mostLost, decide),
    replay: (consumer, body, replay) => replayTo(publisher, consumer, body, replay),
    async close() {
      await publisher.close()
      await closeConnection(connection)
    },
  }
}

/** What queues tell of themselves when asked. What is handed out just now they do not tell, so it is not counted. */
async function readStatus(
  connection: Connection,
  consumers: readonly string[],
  options: HubOptions,
): Promise<ConsumerStatus[]> {
  const channel = await connection.acquire()
  const count = async (queue: string) =>
    (await channel.queueDeclare({ queue, passive: true }).catch(explainMissing)).messageCount
  try {
    const rows: ConsumerStatus[] = []
    for (const consumer of consumers) {
      let retrying = 0
      for (const queue of retryQueuesOf(consumer, options)) retrying += await count(queue)
      rows.push({ consumer, ready: await count(queueOf(consumer)), retrying, dead: await count(deadQueueOf(consumer)) })
    }
    return rows
  } finally {
    await channel.close()
  }
}

async function replayTo(publisher: Publisher, consumer: string, body: string, replay: string): Promise<void> {
  for (let waits = 0; ; waits++) {
    const [refusal] = await publisher.publish([replayMessage(consumer, body, replay)], CONFIRM_MS)
    if (!refusal) return
    if (!refusal.full || waits === MOST_WAITS) throw new Error(`It was not replayed to ${consumer}. ${refusal.reason}`)
    await sleep(WAIT_MS)
  }
}
