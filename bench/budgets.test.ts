/** A budget is met by right answers only. */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { judge } from './composition/budgets.ts'
import type { Latency } from './composition/measure.ts'

/** The private page with 700 ms in it, or without, as each took its time. */
function latencyOf(fault: 'well' | 'slow', first: number, failures: number): Latency {
  const cell = { who: 'Selvedge, TLS and brotli', kind: 'private', count: 5, fault } as const
  return { cell, samples: { first: [first, first, first], last: [first, first, first], asked: 3, failures } }
}

function isMet(slow: Latency): boolean | undefined {
  const latencies = [latencyOf('well', 4, 0), slow]
  return judge({ latencies, capacities: [], caches: [], others: 0 })[0]?.met
}

test('an early first byte counts, and not one of a wrong answer', () => {
  assert.is(isMet(latencyOf('slow', 5, 0)), true)
  assert.is(isMet(latencyOf('slow', 9, 0)), false)
  assert.is(isMet(latencyOf('slow', 5, 1)), false)
})

test('what was not measured is not judged', () => {
  assert.equal(judge({ latencies: [], capacities: [], caches: [], others: 0 }), [])
})

test.run()
