/**
 * Processor time of nginx. A load generator on the same two cores can be the slower of the two: requests a second then
 * tell of it, and processor time of nginx.
 */
import { readFileSync } from 'node:fs'
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

function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The second field is the program's name and may hold spaces: count from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}
