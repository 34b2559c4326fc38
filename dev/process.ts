/** The processes that serve the portal, one a generation, seen from the one that starts them. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Faults, FromServices, Order, Started, ToServices } from './messages.ts'
import type { Report } from './report.ts'

export type Outcome = { readonly started: Started | undefined } | { readonly report: Report }

export interface ServiceProcess {
  /** Resolves when the services listen, or with what was wrong. */
  start(order: Order): Promise<Outcome>
  setFaults(faults: Faults): Promise<void>
  /** Something newer waits: a start that takes so long that a loop without an end is likelier is ended, and resolves. */
  giveUp(): void
  /** Finishes what is in flight. Resolves when it is gone, or has been ended after `limit` milliseconds. */
  stop(limit?: number): Promise<void>
  /** Resolves when it is gone, whoever asked. */
  readonly gone: Promise<unknown>
}

const FILE = join(import.meta.dirname, 'services.ts')
const LOADER = join(import.meta.dirname, '../kit/tsx.ts')
/** The first start of all, with the build and the demonstration's data, takes half of it on a small machine. */
const LONG_MS = 10_000
const FAULTS_MS = 2_000

/** Starts a process that waits for its order. `hear` is told what fragments throw. */
export function spawnServices(hear: (report: Report) => void): ServiceProcess {
  const child = fork(FILE, { execArgv: ['--import', LOADER], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const gone = once(child, 'exit')
  const waiting = nextMessage(child, 'waiting')
  let takesLong = false
  let givenUp = false
  // One that loops without an end hears nothing, not even that we are gone.
  const end = () => void child.kill('SIGKILL')
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
  child.on('message', (message: FromServices) => {
    if (message.kind === 'fault') hear(message.report)
  })
  const tell = (message: ToServices) => {
    if (child.connected) child.send(message)
  }
  return {
    gone,
    async start(order) {
      await Promise.race([waiting, gone])
      const answer = Promise.race([nextMessage(child, 'started'), nextMessage(child, 'failed'), gone])
      const timer = setTimeout(() => {
        takesLong = true
        if (givenUp) end()
        else hear(longReport())
      }, LONG_MS)
      tell({ kind: 'start', order })
      const message = await answer
      clearTimeout(timer)
      takesLong = false
      if (Array.isArray(message)) return { report: givenUp ? givenUpReport() : endedReport() }
      return message.kind === 'failed' ? { report: message.report } : { started: message.started }
    },
    async setFaults(faults) {
      const done = nextMessage(child, 'faults-set')
      tell({ kind: 'set-faults', faults })
      // One that is caught in a loop hears of them never, and the next one from its beginning.
      await Promise.race([done, gone, sleep(FAULTS_MS, undefined, { ref: false })])
    },
    giveUp() {
      givenUp = true
      if (takesLong) end()
    },
    async stop(limit = 12_000) {
      tell({ kind: 'stop' })
      const late = new AbortController()
      const kill = sleep(limit, undefined, { signal: late.signal }).then(
        () => child.kill('SIGKILL'),
        () => {},
      )
      await gone
      late.abort()
      await kill
    },
  }
}

function nextMessage<K extends FromServices['kind']>(
  child: ChildProcess,
  kind: K,
): Promise<Extract<FromServices, { kind: K }>> {
  return new Promise((resolve) => {
    const look = (message: FromServices) => {
      if (!isKind(message, kind)) return
      child.off('message', look)
      resolve(message)
    }
    child.on('message', look)
  })
}

function isKind<K extends FromServices['kind']>(
  message: FromServices,
  kind: K,
): message is Extract<FromServices, { kind: K }> {
  return message.kind === kind
}

function endedReport(): Report {
  return reportOf('The services ended while they started. What they said last is in the terminal.')
}

function givenUpReport(): Report {
  return reportOf('A start that would not end was ended for the next change.')
}

function longReport(): Report {
  const remedy = 'If a loop has no end, mend it: the next change begins anew.'
  return reportOf(`The services have been starting for ${LONG_MS / 1_000} seconds. ${remedy}`)
}

function reportOf(message: string): Report {
  return { message, fragment: undefined, place: undefined, frame: '' }
}
