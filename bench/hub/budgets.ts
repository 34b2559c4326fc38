/** Throughput and latency as tables, and what of it was promised. */
import { table } from '../table.ts'
import type { Latency, Route } from './latency.ts'
import type { Figures } from './throughput.ts'

/** DESIGN §8: confirmed publishes through outbox and relay against the bare client. */
const BUDGET = 0.7
const BESIDE = { rabbitmq: 'rabbitmq-client, confirms, 100 in flight', embedded: 'inserts of the same rows' } as const
const LOADS = { filled: 'outbox filled beforehand', busy: '200 transactions/s publish meanwhile' } as const
const NAMES = { embedded: 'embedded', rabbitmq: 'RabbitMQ' } as const

export interface Measured {
  readonly figures: readonly Figures[]
  readonly latency: Readonly<Record<Route, Latency>>
}

export function tellThroughput(all: readonly Measured[]): string {
  const head = ['', 'events/s', 'beside', 'events/s', 'ratio', 'own µs/event', 'theirs', 'bytes/event']
  const rows = all.flatMap(({ figures }) =>
    figures.map(({ hub, load, perSecond, micros, bytes, ratio }) => [
      `${NAMES[hub]}, ${LOADS[load]}`,
      perSecond.relay.toFixed(0),
      BESIDE[hub],
      perSecond.bare.toFixed(0),
      `${ratio.toFixed(2)} ×`,
      micros.relay.toFixed(0),
      micros.bare.toFixed(0),
      bytes.relay.toFixed(0),
    ]),
  )
  return table(head, rows)
}

export function tellLatency(all: readonly Measured[]): string {
  const rows = all.flatMap(({ figures, latency }) =>
    (['outbox', 'direct'] as const).map((route) => {
      const { count, p50, p99 } = latency[route]
      const way = route === 'outbox' ? 'outbox, relay, hub, consumer' : 'hub, consumer'
      return [`${NAMES[figures[0]?.hub ?? 'embedded']}: ${way}`, p50.toFixed(1), p99.toFixed(1), `${count}`]
    }),
  )
  return table(['commit to effect', 'p50 ms', 'p99 ms', 'events'], rows)
}

/** False where the budget is missed. The embedded hub has none. */
export function judgeThroughput(all: readonly Measured[]): { met: boolean; text: string } {
  const figures = all.flatMap((one) => one.figures).filter(({ hub }) => hub === 'rabbitmq')
  const met = figures.every(({ ratio }) => ratio >= BUDGET)
  if (figures.length === 0) return { met, text: 'The embedded hub has no budget.' }
  return { met, text: `RabbitMQ through outbox and relay ≥ ${BUDGET} × the bare client: ${met ? 'met' : 'MISSED'}` }
}
