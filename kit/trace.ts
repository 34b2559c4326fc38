/** W3C Trace Context, as far as a log line needs it. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'

const traces = new AsyncLocalStorage<string>()

/** Does work in the name of a trace: whatever it logs, asks and publishes belongs to it. */
export function inTrace<T>(trace: string, work: () => T): T {
  return traces.run(trace, work)
}

/** The trace that we work for; undefined for what nobody has asked for, such as a job. */
export function currentTrace(): string | undefined {
  return traces.getStore()
}

export function newTrace(): string {
  return randomBytes(16).toString('hex')
}

/** The header of a trace; a new one where there is none yet. */
export function traceparentOf(trace = newTrace()): string {
  // Either half may be all zeros, which is no span: ids of older systems are half as long, and padded.
  const [span] = [trace.slice(16), trace.slice(0, 16)].filter((half) => /[^0]/.test(half))
  return `00-${trace}-${span}-01`
}

/** The trace id of a `traceparent` header, or a new one: a malformed header is as good as none. */
export function traceId(traceparent: string | undefined): string {
  const [, id] = /^00-((?!0{32})[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/.exec(traceparent ?? '') ?? []
  return id ?? newTrace()
}
