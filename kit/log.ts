import pino from 'pino'

export type Log = pino.Logger

/** One JSON line an event on standard output; `trace` joins the lines of one request over all services. */
export function openLog(level: string, service: string): Log {
  return pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: ['password', '*.password', 'cookie', '*.cookie', 'headers.cookie', 'headers["x-identity"]'],
  })
}
