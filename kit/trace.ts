/** W3C Trace Context, as far as a log line needs it. */
import { randomBytes } from 'node:crypto'

/** The trace id of a `traceparent` header, or a new one: a malformed header is as good as none. */
export function traceId(traceparent: string | undefined): string {
  const [, id] = /^00-((?!0{32})[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/.exec(traceparent ?? '') ?? []
  return id ?? randomBytes(16).toString('hex')
}
