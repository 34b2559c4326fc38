/** Makes a fragment slow, dead, half-sent or failing, where its service answers: the edge meets it as it would in truth. */
import type { RequestListener, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

export const FAULTS = ['slow', 'dead', 'half-sent', 'failing'] as const
export type Fault = (typeof FAULTS)[number]

/** More than what its place on a page waits. */
const LATE_MS = 500

export interface FaultyFragment {
  readonly fault: Fault | undefined
  /** Milliseconds. */
  readonly timeout: number
}

/** `look` knows a fragment by its route. Health and API are never touched. */
export function withFaults(
  handler: RequestListener,
  look: (route: string) => FaultyFragment | undefined,
): RequestListener {
  return async (req, res) => {
    const { fault, timeout } = look((req.url ?? '').split('?', 1)[0] ?? '') ?? { fault: undefined, timeout: 0 }
    if (fault === 'dead') return void req.socket.destroy()
    if (fault === 'failing') return void res.writeHead(500, { 'content-type': 'text/plain' }).end('Made to fail.\n')
    if (fault === 'slow') await sleep(timeout + LATE_MS)
    if (fault === 'half-sent') breakOff(res)
    return handler(req, res)
  }
}

/** The head promises the whole answer; half of it comes. */
function breakOff(res: ServerResponse): void {
  const end = res.end.bind(res)
  res.end = (body?: unknown) => {
    if (typeof body !== 'string' && !Buffer.isBuffer(body)) return end()
    const bytes = Buffer.from(body)
    res.write(bytes.subarray(0, bytes.length / 2), () => res.destroy())
    return res
  }
}
