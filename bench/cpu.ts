/**
 * Processor time of nginx. A load generator on the same two cores can be the slower of the two: requests a second then
 * tell of it, and processor time of nginx.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { membersOf } from '../machine/identity.ts'

/** Linux counts in hundredths of a second for everybody who asks (USER_HZ, `man 5 proc`). */
const TICK_MICROSECONDS = 10_000

/** Microseconds that nginx, its workers included, has used so far. */
export function nginxCpu(runDir: string): number {
  const { pid }: { pid: number } = JSON.parse(readFileSync(join(runDir, 'pids/nginx'), 'utf8'))
  const ticks = membersOf(pid).map(ticksOf)
  return ticks.reduce((total, one) => total + one, 0) * TICK_MICROSECONDS
}

/** The same of each of these processes with all its descendants: PostgreSQL's have left its group. */
export function treesCpu(roots: ReadonlyMap<string, number>): Map<string, number> {
  const all = listStats()
  return new Map([...roots].map(([name, root]) => [name, treeTicks(root, all) * TICK_MICROSECONDS]))
}

function treeTicks(root: number, all: readonly Stat[]): number {
  const tree = new Set([root])
  // A child's number may be lower than its parent's, hence until nothing is added.
  for (let before = 0; before < tree.size; ) {
    before = tree.size
    for (const { pid, parent } of all) if (tree.has(parent)) tree.add(pid)
  }
  return all.filter(({ pid }) => tree.has(pid)).reduce((total, { ticks }) => total + ticks, 0)
}

/** Microseconds that all processors together have been busy since the machine started. */
export function machineCpu(): number {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n')
  // user nice system idle iowait irq softirq steal
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line.split(/\s+/).slice(1).map(Number)
  return (user + nice + system + irq + softirq + steal) * TICK_MICROSECONDS
}

interface Stat {
  readonly pid: number
  readonly parent: number
  readonly ticks: number
}

function listStats(): Stat[] {
  return readdirSync('/proc')
    .map(Number)
    .filter(Number.isInteger)
    .flatMap((pid) => {
      try {
        const fields = fieldsOf(pid)
        return [{ pid, parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) }]
      } catch {
        return [] // it ended in the meantime
      }
    })
}

function ticksOf(pid: number): number {
  const fields = fieldsOf(pid)
  return Number(fields[11]) + Number(fields[12])
}

function fieldsOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The second field is the program's name and may hold spaces: count from behind it.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}
