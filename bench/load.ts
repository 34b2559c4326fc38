/** Load on one address, closed loop for capacity and open loop for latency. Loopback only. */
import autocannon from 'autocannon'

export interface Target {
  readonly name: string
  readonly url: string
  readonly headers?: Record<string, string>
}

export interface Load {
  readonly perSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly failures: number
}

const CONNECTIONS = 16

/** As many requests as sixteen connections get answered. */
export function measureCapacity(target: Target, seconds: number): Promise<Load> {
  return fire(target, seconds, undefined)
}

/** Requests at a fixed rate, whether answered or not: a stall shows in the percentiles instead of slowing the load. */
export function measureLatency(target: Target, seconds: number, rate: number): Promise<Load> {
  return fire(target, seconds, rate)
}

async function fire({ url, headers = {} }: Target, duration: number, rate: number | undefined): Promise<Load> {
  const { hostname } = new URL(url)
  if (hostname !== 'localhost' && hostname !== '127.0.0.1')
    throw new Error(`${url} is not on this machine: no load goes there.`)
  const result = await autocannon({
    url,
    duration,
    connections: CONNECTIONS,
    headers: { 'accept-encoding': 'br', ...headers },
    tlsOptions: { rejectUnauthorized: false },
    ...(rate === undefined ? {} : { overallRate: rate }),
  })
  return {
    perSecond: result.requests.average,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failures: result.non2xx + result.errors + result.timeouts,
  }
}
