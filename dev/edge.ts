/** The edge of `npm run dev`: the real one, with a way to `/_dev`, compiled again where a definition has changed. */
import { createHash } from 'node:crypto'
import { readdirSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '#kit/config.ts'
import type { Run } from '../machine/folder.ts'
import { commandLineOf, membersOf } from '../machine/identity.ts'
import { inspectNginx } from '../nginx/inspect.ts'
import { type OwnOptions, type RunningEdge, startEdge, writeEdge } from '../nginx/run.ts'
import { edgeOptions, renewDaily } from '../platform/edge.ts'
import type { Stop } from '../platform/stops.ts'
import type { Started } from './messages.ts'
import type { Overrides } from './overrides.ts'
import { finalSocket } from './sockets.ts'

const PATIENCE_MS = 10_000

export interface DevelopmentEdge {
  /**
   * Compiles for these definitions. Throws, with all as it was, where they cannot work together. Resolves with a
   * function that puts the result to use, if anything is new.
   */
  prepare(started: Started, overrides: Overrides): (() => Promise<void>) | undefined
  /** Nothing that was rendered before is shown again. */
  forget(): void
  /** Resolves when nginx ends by itself. */
  readonly ended: Promise<Error>
}

export function createEdge(config: Config, run: Run, stops: Stop[]): DevelopmentEdge {
  const nginx = inspectNginx()
  const { promise: ended, resolve } = Promise.withResolvers<Error>()
  let running: RunningEdge | undefined
  let inUse = ''

  async function putToUse(options: OwnOptions, mark: string): Promise<void> {
    const old = running ? membersOf(running.pid).filter(isWorker) : []
    if (running) running.reload()
    else {
      running = await startEdge(run, options, nginx)
      stops.push(running.stop, renewDaily(run, running))
      void running.ended.then((error) => resolve(error ?? new Error('nginx was stopped.')))
    }
    await awaitUse(options.innerSocket, mark, old)
  }

  return {
    ended,
    prepare({ site, csp, files }, overrides) {
      const own = { ...edgeOptions(config, run, site, openToFrames(csp)), files, ...asOptions(overrides) }
      const options = { ...own, sockets: { ...own.sockets, ...socketsOf(overrides) } }
      const mark = hashOf([site, options])
      if (mark === inUse) return undefined
      const marked = { ...options, development: { socket: finalSocket(run.sockets, 'development'), mark } }
      writeEdge(site, marked, nginx)
      return () => {
        inUse = mark
        return putToUse(marked, mark)
      }
    },
    forget: () => emptyCaches(join(run.path, 'nginx/cache')),
  }
}

function asOptions(overrides: Overrides): Pick<OwnOptions, 'overrides'> {
  return { overrides: Object.fromEntries(Object.entries(overrides).filter(([place]) => place.includes('/'))) }
}

/** A whole MFE elsewhere, with its API. */
function socketsOf(overrides: Overrides): Record<string, string[]> {
  const whole = Object.entries(overrides).filter(([place]) => !place.includes('/'))
  return Object.fromEntries(whole.map(([mfe, address]) => [mfe, [address]]))
}

/** `/_dev` shows fragments in frames, and has a style sheet of its own. */
function openToFrames(csp: string): string {
  return csp
    .replace("frame-ancestors 'none'", "frame-ancestors 'self'; frame-src 'self'")
    .replace('style-src ', "style-src 'self' ")
}

/** Workers of the old configuration take visitors until nginx tells them to end, a moment after the new ones begin. */
async function awaitUse(socket: string, mark: string, old: readonly number[]): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while ((await readMark(socket)) !== mark || old.some(isWorker)) {
    if (performance.now() > deadline) throw new Error('nginx does not use its new configuration. See its log.')
    await sleep(10)
  }
}

/** False for one that is ending: it says so in its title. */
function isWorker(pid: number): boolean {
  return commandLineOf(pid) === 'nginx: worker process'
}

function readMark(socketPath: string): Promise<string> {
  return new Promise((resolve) => {
    const req = request({ socketPath, path: '/mark', agent: false }, (res) => {
      let text = ''
      res.setEncoding('utf8')
      res.on('data', (chunk: string) => {
        text += chunk
      })
      res.on('end', () => resolve(text))
    })
    req.on('error', () => resolve(''))
    req.end()
  })
}

function emptyCaches(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) rmSync(join(entry.parentPath, entry.name), { force: true })
  }
}

function hashOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16)
}
