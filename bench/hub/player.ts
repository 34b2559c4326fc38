/** A process of the chaos run: it can be killed at any moment, and is started again with what it is then to do. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { News, type Order, type Told } from './order.ts'

export interface Player {
  start(): Promise<void>
  /** SIGKILL. */
  kill(): Promise<void>
  tell(told: Told): void
  /** It finishes what it has in hand. */
  stop(): Promise<void>
}

const PROGRAM = join(import.meta.dirname, 'role.ts')
const LOADER = join(import.meta.dirname, '../../kit/tsx.ts')
const STOP_MS = 20_000

export interface PlayerOptions {
  /** What it is told each time it starts. */
  readonly order: () => Order
  readonly hear: (news: News) => void
  /** Hears of an end that nobody asked for. */
  readonly onEnd: (how: string) => void
  /** A folder for compiled sources: without it, half of a run is spent on compiling them again. */
  readonly cache: string
}

export function openPlayer({ order, hear, onEnd, cache }: PlayerOptions): Player {
  let child: ChildProcess | undefined
  let asked = false
  return {
    async start() {
      asked = false
      // Coverage of what is killed is never written.
      const env = { ...process.env, NODE_V8_COVERAGE: '', NODE_COMPILE_CACHE: cache }
      const started = fork(PROGRAM, [], { execArgv: ['--import', LOADER], env })
      child = started
      const ready = Promise.withResolvers<void>()
      started.on('message', (message) => {
        const news = News.parse(message)
        if (news.kind === 'ready') ready.resolve()
        else hear(news)
      })
      started.once('exit', (code, signal) => {
        if (!asked) onEnd(`${signal ?? code}`)
        ready.resolve()
      })
      // It may be gone already.
      started.on('error', () => {})
      started.send(order())
      await ready.promise
    },
    async kill() {
      asked = true
      await end(child, (living) => living.kill('SIGKILL'))
    },
    tell(told) {
      if (child?.connected) child.send(told)
    },
    async stop() {
      asked = true
      await end(child, (living) => {
        if (living.connected) living.send({ stop: true } satisfies Told)
        setTimeout(() => living.kill('SIGKILL'), STOP_MS).unref()
      })
    },
  }
}

async function end(child: ChildProcess | undefined, ask: (child: ChildProcess) => void): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  ask(child)
  await gone
}
