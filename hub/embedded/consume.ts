/** Hands out what waits for one consumer. Any number of these may run; a message is with one of them at a time. */
import { setTimeout as sleep } from 'node:timers/promises'
import { pauseAfter, pauseAfterWait, sayExhausted, withJitter } from '../backoff.ts'
import type { Receive, Subscription, Verdict } from '../hub.ts'
import { awaitQueue } from '../wake.ts'
import type { EmbeddedOptions } from './hub.ts'
import { bury, giveBack, type Held, postpone, remove, takeDue, untilDue } from './store.ts'

/** What another process has sent is found by looking. */
const LOOK_MS = 500
const FAILURE_PAUSE_MS = 1_000
/** On top of the time that a consumer may take: to write down what became of it. */
const GRACE_SECONDS = 5

export function consumeQueue(deps: EmbeddedOptions, atOnce: number, receive: Receive): Subscription {
  const { service, db, options, log } = deps
  const controller = new AbortController()
  const { signal } = controller
  const working = new Set<Promise<void>>()
  const lease = options.handleSeconds + GRACE_SECONDS

  async function run(): Promise<void> {
    while (!signal.aborted) {
      try {
        const held = await takeDue(db, service, atOnce - working.size, lease)
        if (signal.aborted)
          return await giveBack(
            db,
            service,
            held.map(({ position }) => position),
          )
        for (const message of held) begin(message)
        if (working.size >= atOnce) await Promise.race(working)
        else if (held.length === 0) await wait()
      } catch (err) {
        if (signal.aborted) return
        log.warn({ err }, 'the queue could not be read; it will be tried again')
        await sleep(FAILURE_PAUSE_MS, undefined, { signal }).catch(() => {})
      }
    }
  }

  function begin(message: Held): void {
    const work = deliver(message)
      // The lease runs out, and it is handed out again; the inbox knows what was done.
      .catch((err: unknown) => log.warn({ err }, 'what became of a message could not be written down'))
      .finally(() => working.delete(work))
    working.add(work)
  }

  async function deliver({ position, sender, replay, attempt, waits, lost, body }: Held): Promise<void> {
    if (lost >= options.mostLost) {
      return bury(db, service, position, `It was handed out ${lost} times and never came back: whoever takes it dies.`)
    }
    const verdict = await receive({ body, attempt, waits, sender: replay ? undefined : sender, replay })
    await settle(position, attempt, waits, verdict)
  }

  async function settle(position: number, attempt: number, waits: number, verdict: Verdict): Promise<void> {
    if (verdict.kind === 'done') return remove(db, service, [position])
    if (verdict.kind === 'dead') return bury(db, service, position, verdict.reason)
    if (verdict.kind === 'later') {
      return postpone(db, service, position, withJitter(pauseAfterWait(waits, options.retrySeconds)), false)
    }
    const pause = pauseAfter(attempt, options.retrySeconds)
    if (pause === undefined) return bury(db, service, position, sayExhausted(attempt, verdict.reason))
    await postpone(db, service, position, withJitter(pause), true)
  }

  async function wait(): Promise<void> {
    const due = await untilDue(db, service)
    const ms = due === undefined ? LOOK_MS : Math.min(LOOK_MS, Math.max(1, due))
    if (working.size === 0) return awaitQueue(service, ms, signal)
    const either = new AbortController()
    await Promise.race([awaitQueue(service, ms, AbortSignal.any([signal, either.signal])), ...working])
    either.abort()
  }

  const running = run()
  return {
    async stop() {
      controller.abort()
      await running
      await Promise.all(working)
    },
  }
}
