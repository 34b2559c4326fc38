/** Reads a stream queue, again from where it was after a lost connection. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { AsyncMessage, Channel, Connection } from 'rabbitmq-client'
import { z } from 'zod'
import { LOG } from './topology.ts'

export type StreamMessage = AsyncMessage & { readonly offset: number }

interface ReadOptions {
  /** Ends the reading. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds without a message that are taken for a failure. */
  readonly silence?: number | undefined
}

/** Messages on their way to us at once. A stream needs a limit. */
const PREFETCH = 500
/** In a row: a broker takes a while to start. */
const MOST_FAILURES = 10
const FAILURE_PAUSE_MS = 1_000

const Offset = z.object({ 'x-stream-offset': z.int() })

/** `from`: `first`, or an age such as `3600s`. A `Date`, which the broker would understand, breaks the client's connection. */
export async function* readStream(
  connection: Connection,
  from: string,
  { signal, silence }: ReadOptions,
): AsyncGenerator<StreamMessage> {
  let next: string | number = from
  let failures = 0
  while (!signal?.aborted) {
    try {
      for await (const message of readOnce(connection, next, { signal, silence })) {
        next = message.offset + 1
        failures = 0
        yield message
      }
    } catch (error) {
      failures += 1
      if (failures > MOST_FAILURES) throw error
      await sleep(FAILURE_PAUSE_MS, undefined, signal && { signal }).catch(() => {})
    }
  }
}

async function* readOnce(connection: Connection, from: string | number, options: ReadOptions) {
  const channel = await connection.acquire({ emitErrorsFromChannel: true })
  try {
    yield* readChannel(channel, from, options)
  } finally {
    await channel.close()
  }
}

/** Ends with its channel. */
async function* readChannel(
  channel: Channel,
  from: string | number,
  { signal, silence }: ReadOptions,
): AsyncGenerator<StreamMessage> {
  let arrived: AsyncMessage[] = []
  let news = Promise.withResolvers<void>()
  const wake = () => news.resolve()
  let failure: unknown
  channel.on('error', (error: unknown) => {
    failure = error
  })
  channel.on('close', wake)
  channel.on('basic.cancel', () => void channel.close())
  signal?.addEventListener('abort', wake)
  try {
    await channel.basicQos({ prefetchCount: PREFETCH })
    await channel.basicConsume({ queue: LOG, arguments: { 'x-stream-offset': from } }, (message) => {
      arrived.push(message)
      wake()
    })
    while (!signal?.aborted) {
      const batch = arrived
      arrived = []
      news = Promise.withResolvers()
      for (const message of batch) {
        const offset = Offset.parse(message.headers)['x-stream-offset']
        if (channel.active) channel.basicAck({ deliveryTag: message.deliveryTag })
        yield { ...message, offset }
      }
      if (failure) throw failure
      if (!channel.active) return
      if (arrived.length === 0) await awaitNews(news.promise, silence)
    }
  } finally {
    signal?.removeEventListener('abort', wake)
  }
}

async function awaitNews(news: Promise<void>, silence: number | undefined): Promise<void> {
  if (silence === undefined) return news
  const over = new AbortController()
  const late = sleep(silence, true, over).catch(() => false)
  const isLate = await Promise.race([news.then(() => false), late])
  over.abort()
  if (isLate) throw new Error(`The log has sent nothing for ${silence / 1_000} s, and this was not its end.`)
}
