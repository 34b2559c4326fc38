/** What nginx says of its fragments' caches: whether a cell measured the state that it says. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Stage } from './stage.ts'

const Line = z.object({ fragment: z.string(), cache: z.string() })

/** From now on. Gives `hit: HIT 99.0 %, MISS 1.0 %` for each kind of cached fragment. */
export function watchCaches(stage: Stage): () => string[] {
  const begin = readLog(stage).length
  return () => {
    const counts = countStates(readLog(stage).slice(begin))
    return [...counts].map(([kind, states]) => `${kind}: ${tell(withoutRefreshes(states))}`)
  }
}

function readLog({ run, groups }: Stage): string {
  // Written in blocks; told to open its logs again, nginx writes what it has.
  process.kill(groups.get('nginx') ?? 0, 'SIGUSR1')
  spawnSync('sleep', ['0.3'])
  return readFileSync(join(run.path, 'nginx/logs/assembly.log'), 'utf8')
}

type States = Map<string, number>

function countStates(text: string): Map<string, States> {
  const counts = new Map<string, States>()
  for (const line of text.split('\n')) {
    const [, kind] = /"fragment":"(hit|stale|miss)\/card"/.exec(line) ?? []
    if (!kind) continue
    const { cache } = Line.parse(JSON.parse(line))
    const known = counts.get(kind) ?? new Map<string, number>()
    counts.set(kind, known.set(cache, (known.get(cache) ?? 0) + 1))
  }
  return counts
}

/** nginx logs the refresh behind a stale answer as EXPIRED, as it does a visitor who waited: who is left has waited. */
function withoutRefreshes(states: States): States {
  const served = states.get('STALE') ?? 0
  const waited = Math.max(0, (states.get('EXPIRED') ?? 0) - served)
  return new Map([...states].map(([state, count]) => [state, state === 'EXPIRED' ? waited : count]))
}

function tell(states: States): string {
  const total = [...states.values()].reduce((sum, count) => sum + count, 0)
  return [...states]
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([state, count]) => `${state || 'no answer'} ${((count / total) * 100).toFixed(1)} %`)
    .join(', ')
}
