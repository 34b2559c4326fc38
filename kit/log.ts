import pino from 'pino'
import { currentTrace } from './trace.ts'

export type Log = pino.Logger

/** What helps to find the cause. Errors of libraries carry whole connections along, which no log should hold. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) }
  const code = 'code' in error ? { code: String(error.code) } : {}
  const cause = error.cause === undefined ? {} : { cause: describeError(error.cause) }
  return { type: error.name, message: error.message, ...code, stack: error.stack, ...cause }
}

/**
 * One JSON line an event on standard output; `trace` joins the lines of one request over all services, events included. Where services
 * share a log, leave `service` out and give each its own `log.child({ service })`: a child adds fields, it replaces none.
 */
export function openLog(level: string, service?: string, out: pino.DestinationStream = pino.destination()): Log {
  const options: pino.LoggerOptions = {
    level,
    base: service === undefined ? {} : { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: describeError },
    mixin: () => {
      const trace = currentTrace()
      return trace === undefined ? {} : { trace }
    },
    redact: ['password', '*.password', 'cookie', '*.cookie', 'headers.cookie', 'headers["x-identity"]'],
  }
  return pino(options, out)
}
