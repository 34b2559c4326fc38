import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { lend, type Run, type User } from './folder.ts'
import { mark, membersOf } from './identity.ts'
import { removeRecord, type StopSignal, writeRecord } from './record.ts'

export type ProcessOptions = {
  run: Run
  /** Names RUN_DIR/pids/NAME and RUN_DIR/logs/NAME.log. */
  name: string
  command: string
  args: string[]
  /** The user to run as; `run.user` drops root where we are root. */
  as?: User | undefined
  /** Added to PATH and LANG; nothing else of our environment is passed on, as it may hold secrets. */
  env?: NodeJS.ProcessEnv
  /** Asked until it says yes. */
  ready: () => boolean | Promise<boolean>
  readyWithin?: number
  signal?: StopSignal
  stopWithin?: number
}

export type Started = {
  name: string
  pid: number
  /** Resolves when the process is gone: with an error if nobody asked it to stop, else with nothing. Never rejects. */
  ended: Promise<Error | undefined>
  send: (signal: NodeJS.Signals) => void
  stop: () => Promise<void>
}

/** Starts a child under our supervision and waits until it is ready. */
export async function startProcess(options: ProcessOptions): Promise<Started> {
  const { name, signal = 'SIGTERM', stopWithin = 10_000 } = options
  const child = spawnChild(options)
  const state = { stopping: false, gone: false }

  const ended = awaitEnd(child, options, () => state.stopping).then((error) => {
    state.gone = true
    if (child.pid) endGroup(child.pid)
    removeRecord(options.run, name)
    return error
  })
  if (!child.pid) throw (await ended) ?? new Error(`${name} did not start`)
  const pid = child.pid
  writeRecord(options.run, name, pid, signal)

  const stop = async () => {
    if (!state.gone && !state.stopping) child.kill(signal)
    state.stopping = true
    if (!(await isSettledWithin(ended, stopWithin))) endGroup(pid)
    await ended
    await awaitGroupGone(pid)
  }
  await awaitReady(options, ended).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return { name, pid, ended, stop, send: (other) => void child.kill(other) }
}

/** The last lines a child wrote, for messages. */
function readLastLines(run: Run, name: string, count = 15): string {
  return readFileSync(logOf(run, name), 'utf8').trimEnd().split('\n').slice(-count).join('\n')
}

// `detached` gives the child a session of its own: Ctrl-C in the terminal reaches only us, who stop things in order,
// and what outlives a killed leader can be found by its process group.
function spawnChild({ run, name, command, args, as, env }: ProcessOptions): ChildProcess {
  const log = openLog(run, name)
  try {
    return spawn(command, args, {
      cwd: '/', // ours may be closed to the other user
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: process.env.PATH, LANG: 'C.UTF-8', ...env, [mark]: run.path },
      ...(as && { uid: as.uid, gid: as.gid }),
    })
  } finally {
    closeSync(log)
  }
}

function openLog(run: Run, name: string): number {
  const path = logOf(run, name)
  try {
    renameSync(path, `${path}.1`)
  } catch {
    // the first run has no log to set aside
  }
  const log = openSync(path, 'a', 0o640)
  lend(run, path) // for programs that open /dev/stderr by name
  return log
}

function awaitEnd(child: ChildProcess, options: ProcessOptions, wasAsked: () => boolean): Promise<Error | undefined> {
  const { run, name, command } = options
  return new Promise((resolve) => {
    child.once('error', (cause) => {
      if (!child.pid) resolve(new Error(`${name} could not be started with ${command}: ${cause.message}`, { cause }))
    })
    child.once('exit', (code, signal) => {
      if (wasAsked()) return resolve(undefined)
      const how = signal ? `was ended by ${signal}` : `ended with code ${code}`
      resolve(new Error(`${name} ${how}. The end of ${logOf(run, name)}:\n${readLastLines(run, name)}`))
    })
  })
}

async function awaitReady(options: ProcessOptions, ended: Started['ended']): Promise<void> {
  const { run, name, ready, readyWithin = 20_000 } = options
  const deadline = performance.now() + readyWithin
  let death: Error | undefined
  void ended.then((error) => {
    death = error ?? new Error(`${name} was stopped before it was ready`)
  })
  while (true) {
    const yes = await ready()
    if (death) throw death
    if (yes) return
    if (performance.now() > deadline) {
      const why = `${name} was not ready within ${readyWithin / 1000} s.`
      throw new Error(`${why} The end of ${logOf(run, name)}:\n${readLastLines(run, name)}`)
    }
    await sleep(20)
  }
}

async function isSettledWithin(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const timer = new AbortController()
  const late = sleep(milliseconds, false, { signal: timer.signal }).catch(() => false)
  const settled = await Promise.race([promise.then(() => true), late])
  timer.abort()
  return settled
}

// The leader is gone when we hear of it; workers that were killed with it may take a moment longer.
async function awaitGroupGone(pid: number): Promise<void> {
  const deadline = performance.now() + 2_000
  while (membersOf(pid).length > 0 && performance.now() < deadline) await sleep(10)
}

// Workers of a leader that died are still in its group, and the number cannot be given away while they are.
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // nobody is left
  }
}

function logOf(run: Run, name: string): string {
  return join(run.path, 'logs', `${name}.log`)
}
