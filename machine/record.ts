import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Run } from './folder.ts'
import { bornAt, type Identity, programOf } from './identity.ts'

/** The signals a program may want to be asked to stop with. */
export type StopSignal = 'SIGTERM' | 'SIGINT' | 'SIGQUIT'

/** What a later start must know of a child to end it: which process, which program, how it likes to be stopped. */
export type ProcessRecord = Identity & { program: string; signal: StopSignal }

/** Notes a child in RUN_DIR/pids/NAME. Returns nothing if it has ended already. */
export function writeRecord(run: Run, name: string, pid: number, signal: StopSignal): ProcessRecord | undefined {
  const born = bornAt(pid)
  if (!born) return undefined
  const record = { pid, born, program: programOf(pid), signal }
  const file = fileOf(run, name)
  mkdirSync(join(run.path, 'pids'), { recursive: true })
  writeFileSync(`${file}.new`, JSON.stringify(record))
  renameSync(`${file}.new`, file)
  return record
}

export function removeRecord(run: Run, name: string): void {
  rmSync(fileOf(run, name), { force: true })
}

/** All children that were noted and not yet taken off the list. Unreadable notes are skipped and removed. */
export function readRecords(run: Run): Map<string, ProcessRecord> {
  const records = new Map<string, ProcessRecord>()
  for (const name of readdirSync(join(run.path, 'pids'))) {
    const record = parseRecord(readFileSync(fileOf(run, name), 'utf8'))
    if (record) records.set(name, record)
    else removeRecord(run, name)
  }
  return records
}

/** A process identity from JSON; undefined for anything else. */
export function parseIdentity(text: string): Identity | undefined {
  const value = parseObject(text)
  if (!value || !('pid' in value) || !('born' in value)) return undefined
  const { pid, born } = value
  return typeof pid === 'number' && pid > 1 && typeof born === 'string' ? { pid, born } : undefined
}

function parseRecord(text: string): ProcessRecord | undefined {
  const identity = parseIdentity(text)
  const value = parseObject(text)
  if (!identity || !value || !('program' in value) || !('signal' in value)) return undefined
  const { program, signal } = value
  return typeof program === 'string' && isSignal(signal) ? { ...identity, program, signal } : undefined
}

function isSignal(value: unknown): value is StopSignal {
  return value === 'SIGTERM' || value === 'SIGINT' || value === 'SIGQUIT'
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value ? value : undefined
  } catch {
    return undefined
  }
}

function fileOf(run: Run, name: string): string {
  return join(run.path, 'pids', name)
}
