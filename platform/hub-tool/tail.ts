/** `tail`: a line an event, as they are sent. */
import { type Open, opener } from '../../hub/envelope.ts'
import type { Logged } from '../../hub/hub.ts'
import { EXIT } from './endings.ts'
import { inspect } from './judge.ts'
import type { OpenHub } from './open.ts'
import { plain, sayMoment } from './output.ts'

interface Options {
  readonly json: boolean
  readonly type: string | undefined
  readonly subject: string | undefined
}

export async function tail(hub: OpenHub, { json, type, subject }: Options, signal: AbortSignal): Promise<number> {
  const open = opener(hub.keys)
  if (process.stderr.isTTY) console.error('Events as they are sent. Ctrl-C ends it.')
  for await (const logged of hub.operations.tail(signal)) {
    const line = lineOf(open, logged)
    if (type !== undefined && line.type !== type) continue
    if (subject !== undefined && line.subject !== subject) continue
    console.log(json ? JSON.stringify(line) : sayLine(line))
  }
  return EXIT.well
}

/** `--json`. Keys are added, never renamed. */
function lineOf(open: Open, { at, body }: Logged) {
  const { envelope, problem = null } = inspect(open, body)
  const { id = null, type = null, source = null, subject = null, time = null } = envelope ?? {}
  return {
    at: at.toISOString(),
    id,
    type,
    source,
    subject,
    time,
    sequence: envelope ? Number(envelope.sequence) : null,
    traceparent: envelope?.traceparent ?? null,
    /** Why it is none of ours. */
    problem,
    data: envelope?.data ?? null,
  }
}

function sayLine({ at, id, type, source, subject, problem }: ReturnType<typeof lineOf>): string {
  const words = [sayMoment(new Date(at)), type?.padEnd(22) ?? 'unreadable', subject, `from ${source}`, id, problem]
  return plain(words.filter(Boolean).join('  '))
}
