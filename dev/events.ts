/** News for the pages that are open: a stream for each (server-sent events). */
import { PassThrough } from 'node:stream'
import type { Report } from './report.ts'

export interface News {
  /** A page of another generation is an old page. */
  readonly generation: number
  readonly problem: Report | null
}

export interface Events {
  /** A stream that begins with the state of things. */
  open(): PassThrough
  tell(news: News): void
  /** Pages of this generation are shown anew, too. */
  refresh(): void
  /** Ends all streams; browsers come again at once. */
  endAll(): void
}

const RETRY_MS = 100
/** Something must be sent for a closed connection to be noticed. */
const BEAT_MS = 20_000

export function createEvents(first: News): Events {
  const streams = new Set<PassThrough>()
  let current = first
  return {
    open() {
      const stream = new PassThrough()
      const beat = setInterval(() => stream.write(':\n\n'), BEAT_MS)
      streams.add(stream)
      stream.once('close', () => {
        clearInterval(beat)
        streams.delete(stream)
      })
      stream.write(`retry: ${RETRY_MS}\n${asEvent(current)}`)
      return stream
    },
    tell(news) {
      current = news
      for (const stream of streams) stream.write(asEvent(news))
    },
    refresh() {
      for (const stream of streams) stream.write('event: refresh\ndata:\n\n')
    },
    endAll() {
      for (const stream of streams) stream.end()
    },
  }
}

function asEvent(news: News): string {
  return `data: ${JSON.stringify(news)}\n\n`
}
