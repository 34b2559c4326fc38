/** Open loop for latency, closed loop for capacity. Both look at every answer: see `check.ts`. */
import type { Check } from './check.ts'
import type { Client } from './client.ts'

export interface Samples {
  /** Milliseconds from the moment a request was due to the first and the last byte of its answer. */
  readonly first: number[]
  readonly last: number[]
  asked: number
  failures: number
}

export interface Work {
  readonly client: Client
  /** The address of the i-th request. */
  readonly path: (index: number) => string
  readonly check: Check
}

/** Connections of the closed loop, as in `bench/load.ts`. */
const CONNECTIONS = 16
/** How exact a timer is; the rest of the wait is spent looking at the clock. */
const TIMER_MS = 1.5

export function emptySamples(): Samples {
  return { first: [], last: [], asked: 0, failures: 0 }
}

/**
 * Asks `rate` times a second, whether or not anything was answered. Times count from when a request was due, so a stall
 * is felt by all that fell into it, and cannot slow the load (no coordinated omission).
 */
export async function askSteadily(work: Work, rate: number, seconds: number, into: Samples): Promise<void> {
  const count = Math.round(rate * seconds)
  const begin = performance.now() + TIMER_MS
  const all: Promise<void>[] = []
  for (let index = 0; index < count; index++) {
    const due = begin + (index * 1_000) / rate
    await until(due)
    all.push(askOnce(work, index, due, into))
  }
  await Promise.all(all)
}

async function askOnce({ client, path, check }: Work, index: number, due: number, into: Samples): Promise<void> {
  into.asked++
  try {
    const answer = await client.get(path(index))
    if (!check(answer)) into.failures++
    into.first.push(answer.first - due)
    into.last.push(answer.last - due)
  } catch {
    into.failures++
  }
}

export interface Capacity {
  readonly perSecond: number
  /** How much of a processor the generator itself took: near 1, the figure is the generator's. */
  readonly busy: number
  readonly failures: number
}

/** As many requests as sixteen connections get answered. Only right answers count. */
export async function measureCapacity({ client, path, check }: Work, seconds: number): Promise<Capacity> {
  await client.open(CONNECTIONS)
  const before = process.cpuUsage()
  const begin = performance.now()
  const end = begin + seconds * 1_000
  let right = 0
  let failures = 0
  let next = 0
  const worker = async () => {
    while (performance.now() < end) {
      const good = await client.get(path(next++)).then(check, () => false)
      if (good) right++
      else failures++
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
  const took = performance.now() - begin
  const { user, system } = process.cpuUsage(before)
  return { perSecond: (right * 1_000) / took, busy: (user + system) / 1_000 / took, failures }
}

async function until(moment: number): Promise<void> {
  const wait = moment - performance.now()
  if (wait > TIMER_MS) await new Promise((resolve) => setTimeout(resolve, wait - TIMER_MS))
  while (performance.now() < moment) await new Promise((resolve) => setImmediate(resolve))
}

/** The value below which `share` of the samples are; NaN without samples. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}
