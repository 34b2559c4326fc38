import { lstatSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Run } from './folder.ts'
import { bornAt, findMarked, type Identity, isRunning, membersOf, programOf } from './identity.ts'
import { type ProcessRecord, readRecords, removeRecord, type StopSignal } from './record.ts'

/**
 * Ends what a killed run left behind: only processes that provably are its own. Call it while holding the run (see
 * `holdRun`), before anything is started, and again when a start is given up half-way. Returns what it ended.
 */
export async function endOrphans(run: Run): Promise<string[]> {
  const records = [...readRecords(run)]
  const ended = await Promise.all(records.map(([name, record]) => endOrphan(run, name, record)))
  const strays = findMarked(run.path).flatMap(identify)
  const programs = strays.map(({ pid }) => `${basename(programOf(pid))} (${pid})`)
  await endProcesses(strays, 'SIGTERM', 3_000)
  removeStaleSockets(run)
  return [...records.map(([name]) => name).filter((_, index) => ended[index]), ...programs]
}

/** Asks processes to stop, and kills those that have not when the time is over. */
export async function endProcesses(processes: Identity[], signal: StopSignal, within = 10_000): Promise<void> {
  for (const one of processes) send(one, signal)
  const deadline = performance.now() + within
  while (processes.some(isRunning) && performance.now() < deadline) await sleep(20)
  for (const one of processes) send(one, 'SIGKILL')
  while (processes.some(isRunning)) await sleep(10)
}

async function endOrphan(run: Run, name: string, record: ProcessRecord): Promise<boolean> {
  const leader = isRunning(record) ? [record] : []
  const group = findGroup(record)
  // A leader ends its workers itself, in its own order; those that stay, or have lost theirs, are ended one by one.
  await endProcesses(leader, record.signal)
  await endProcesses(group, record.signal, 3_000)
  removeRecord(run, name)
  return leader.length + group.length > 0
}

/**
 * The workers of a leader. While a group has members its number is not given to another process, so if a stranger
 * has the leader's number now, the group is gone. Otherwise its members run the program that we started.
 */
function findGroup(record: ProcessRecord): Identity[] {
  const holder = bornAt(record.pid)
  if (holder && holder !== record.born) return []
  const others = membersOf(record.pid).filter((pid) => pid !== record.pid)
  return others.filter((pid) => holder || programOf(pid) === record.program).flatMap(identify)
}

/** A process as it is now; nothing when it is gone. */
export function identify(pid: number): Identity[] {
  const born = bornAt(pid)
  return born ? [{ pid, born }] : []
}

function send(one: Identity, signal: NodeJS.Signals): void {
  if (!isRunning(one)) return
  try {
    process.kill(one.pid, signal)
  } catch {
    // it ended between the look and the signal
  }
}

function removeStaleSockets(run: Run): void {
  for (const name of readdirSync(run.sockets)) {
    const path = join(run.sockets, name)
    if (name.endsWith('.lock') || lstatSync(path).isSocket()) rmSync(path)
  }
}
