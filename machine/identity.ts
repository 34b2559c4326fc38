import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** A process, told apart from any later one that is given the same number. */
export type Identity = { pid: number; born: string }

const linux = process.platform === 'linux'

/** When a process began, in a form only good for comparing; undefined when it is gone or only waits to be reaped. */
export function bornAt(pid: number): string | undefined {
  if (linux) {
    const stat = readStat(pid)
    return stat && !'ZX'.includes(stat.state) ? `${readBootId()} ${stat.start}` : undefined
  }
  const [state, ...started] = askPs(pid, 'state=,lstart=').split(/\s+/)
  return state && !state.startsWith('Z') ? started.join(' ') : undefined
}

/** This process. */
export function identifySelf(): Identity {
  return { pid: process.pid, born: bornAt(process.pid) ?? 'unknown' }
}

export function isRunning({ pid, born }: Identity): boolean {
  return bornAt(pid) === born
}

/** The program a process runs, to recognise workers that outlived their leader. */
export function programOf(pid: number): string {
  if (!linux) return askPs(pid, 'comm=')
  // After an upgrade of the package the kernel adds " (deleted)".
  return readText(() => readlinkSync(`/proc/${pid}/exe`)).replace(/ \(deleted\)$/, '')
}

/** The command line of a process, its words joined by spaces. */
export function commandLineOf(pid: number): string {
  if (!linux) return askPs(pid, 'command=')
  return readText(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
    .replaceAll('\0', ' ')
    .trim()
}

/** The living members of a process group. */
export function membersOf(group: number): number[] {
  if (linux) return listPids().filter((pid) => isMember(pid, group))
  const rows = spawnSync('ps', ['-axo', 'pid=,pgid='], { encoding: 'utf8' }).stdout.trim().split('\n')
  const pairs = rows.map((row) => row.trim().split(/\s+/).map(Number))
  return pairs.filter(([pid, pgid]) => pgid === group && pid !== undefined && bornAt(pid)).map(([pid]) => pid ?? 0)
}

/** The environment variable that our children carry, so that even those that left their group are known as ours. */
export const mark = 'SELVEDGE_RUN'

/** Living processes whose environment carries the mark of this run folder. Only Linux shows it; elsewhere none. */
export function findMarked(path: string): number[] {
  return findByEnvironment(mark, path)
}

/** Living processes with this in their environment, without this one; where the system does not show it, none. */
export function findByEnvironment(name: string, value: string): number[] {
  if (!linux) return []
  const variables = (pid: number) => readText(() => readFileSync(`/proc/${pid}/environ`, 'utf8')).split('\0')
  return listPids().filter((pid) => pid !== process.pid && variables(pid).includes(`${name}=${value}`) && bornAt(pid))
}

function isMember(pid: number, group: number): boolean {
  const stat = readStat(pid)
  return stat?.group === group && !'ZX'.includes(stat.state)
}

function listPids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger)
}

function readStat(pid: number): { state: string; group: number; start: string } | undefined {
  const stat = readText(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  // The second field is the name in brackets, and a name may hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, group, start] = [fields[0], fields[2], fields[19]]
  return state && group && start ? { state, group: Number(group), start } : undefined
}

// Start times count from boot, so the same number means another process after a restart of the machine.
function readBootId(): string {
  return readText(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
}

function askPs(pid: number, columns: string): string {
  return spawnSync('ps', ['-p', String(pid), '-o', columns], { encoding: 'utf8' }).stdout.trim()
}

function readText(read: () => string): string {
  try {
    return read()
  } catch {
    return '' // the process ended in the meantime
  }
}
