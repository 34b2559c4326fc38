/** Tells others of the same process that there is something for them, so that they need not look all the time. */
import { EventEmitter, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

const news = new EventEmitter().setMaxListeners(0)

/** A transaction has written to the outbox. It may not have committed yet. */
export function noteOutbox(): void {
  news.emit('outbox')
}

/** Something was put into the queue of a consumer. */
export function noteQueue(consumer: string): void {
  news.emit(`queue ${consumer}`)
}

/** Resolves when something was written, or after this many milliseconds, or when `signal` aborts. */
export function awaitOutbox(ms: number, signal: AbortSignal): Promise<void> {
  return awaitNews('outbox', ms, signal)
}

/** The same for what waits for a consumer. */
export function awaitQueue(consumer: string, ms: number, signal: AbortSignal): Promise<void> {
  return awaitNews(`queue ${consumer}`, ms, signal)
}

async function awaitNews(name: string, ms: number, signal: AbortSignal): Promise<void> {
  const over = new AbortController()
  const either = { signal: AbortSignal.any([signal, over.signal]) }
  const heard = once(news, name, either)
  await Promise.race([heard, sleep(ms, undefined, either)]).catch(() => {})
  over.abort()
  await heard.catch(() => {})
}
