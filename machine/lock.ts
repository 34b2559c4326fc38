import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Run } from './folder.ts'
import { type Identity, identifySelf, isRunning } from './identity.ts'
import { parseIdentity } from './record.ts'

/** Takes a run folder for this process; refuses while a living one has it. Returns the function that gives it back. */
export function holdRun(run: Run): () => void {
  const lock = join(run.path, 'lock')
  const mine = `${lock}.${process.pid}`
  // Written beside and linked: whoever finds the lock finds it whole.
  writeFileSync(mine, JSON.stringify(identifySelf()))
  try {
    takeLock(run, lock, mine)
  } finally {
    rmSync(mine, { force: true })
  }
  return () => giveBack(lock)
}

function takeLock(run: Run, lock: string, mine: string): void {
  for (let attempt = 0; attempt < 5; attempt++) {
    if (tryLink(mine, lock)) return
    const holder = readHolder(lock)
    if (holder && isRunning(holder)) throw inUse(run, holder)
    dropStale(run, lock)
  }
  throw new Error(`Others keep taking ${run.path} at the same moment. Wait a second, then start again`)
}

// Two starts may find the same stale lock; only one renames it, and what was renamed is looked at once more.
function dropStale(run: Run, lock: string): void {
  const aside = `${lock}.stale.${process.pid}`
  try {
    renameSync(lock, aside)
  } catch {
    return
  }
  const holder = readHolder(aside)
  const alive = holder && isRunning(holder)
  if (alive) tryLink(aside, lock)
  rmSync(aside, { force: true })
  if (alive) throw inUse(run, holder)
}

function giveBack(lock: string): void {
  if (readHolder(lock)?.pid === process.pid) rmSync(lock, { force: true })
}

function inUse(run: Run, { pid }: Identity): Error {
  const beside = 'RUN_DIR=.run2 HTTPS_PORT=9443 HTTP_PORT=9080 npm start'
  return new Error(
    `${run.path} is in use by process ${pid}. Stop that one (kill ${pid}), or start beside it: ${beside}`,
  )
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function readHolder(file: string): Identity | undefined {
  try {
    return parseIdentity(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
