/**
 * `npm run bench -- composition`: one page of 1 to 20 fragments, in every state of their caches, with one of them slow,
 * hanging or dead; beside a static file, one app that renders it all, and the peers that are installed.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { judge } from './composition/budgets.ts'
import { openContestants } from './composition/contestants.ts'
import { type Figures, measure } from './composition/measure.ts'
import { benchPage, wholeOf } from './composition/pages.ts'
import { countsOf, MIDDLE, type Plan, readPlan } from './composition/plan.ts'
import { drawPlots, tellCapacities, tellCompact, tellLatencies, tellVerdicts } from './composition/report.ts'
import { openStage, type Stage } from './composition/stage.ts'

const PEERS = join(import.meta.dirname, 'peers')
const RESULTS = join(import.meta.dirname, 'results')
const SHOWN = join(import.meta.dirname, '../docs/bench')
/** The share of the processors from which on others decide what we measure. */
const BUSY = 0.1
const KNOWN = ['--quick', '--full', '--save', '--install-peers']

export async function run(args: readonly string[]): Promise<boolean> {
  const unknown = args.find((arg) => !KNOWN.includes(arg))
  if (unknown) throw new Error(`There is no ${unknown}. There are: ${KNOWN.join(', ')}.`)
  if (args.includes('--install-peers')) installPeers()
  const stage = await openStage({ counts: countsOf(args) })
  const contestants = await openContestants(stage)
  try {
    const plan = readPlan(args, contestants.here)
    tellPlan(plan, stage)
    const figures = await measure(plan, stage, contestants)
    const verdicts = judge(figures)
    console.log(`\n## Latency, milliseconds\n\n${tellLatencies(figures)}`)
    console.log(`\n## Capacity, 16 connections, ${MIDDLE} fragments\n\n${tellCapacities(figures)}`)
    console.log(`\n## Compact\n\n${tellCompact(figures)}`)
    console.log(`\n## Budgets\n\n${tellVerdicts(verdicts)}`)
    console.log(`\nWhat nginx found in its cache of fragments. ${figures.caches.join('. ')}.`)
    for (const path of savePlots(drawPlots(figures, plan), args.includes('--save') ? SHOWN : RESULTS)) console.log(path)
    console.log(tellOthers(figures))
    return verdicts.every(({ met }) => met)
  } finally {
    contestants.close()
    await stage.close()
  }
}

/** On a machine that is busy with other things, waiting is theirs; processor time is still ours. */
function tellOthers({ others }: Figures): string {
  const share = `Other work took ${Math.round(others * 100)} % of the processors (load at the end: ${loadOf()})`
  return others > BUSY ? `${share}: times and requests/s are void, server µs stand.` : `${share}.`
}

function tellPlan({ name, counts, rate, rounds, seconds, cells }: Plan, { missing }: Stage): void {
  const bytes = counts.map((count) => `${count}: ${wholeOf(benchPage('hit', count, 'well')).length}`)
  console.log(`${name}: ${cells.length} cells, ${rounds} rounds of ${seconds} s at ${rate} requests/s, open loop`)
  console.log(`bytes of a page by its fragments: ${bytes.join(', ')}; the same bytes in every run`)
  console.log(`${availableParallelism()} processors, load at the beginning: ${loadOf()}`)
  for (const line of missing) console.log(line)
}

function installPeers(): void {
  const { status } = spawnSync('npm', ['ci', '--prefix', PEERS, '--no-audit', '--no-fund'], { stdio: 'inherit' })
  if (status !== 0) throw new Error('npm could not install the peers (see above).')
}

function savePlots(plots: ReadonlyMap<string, string>, folder: string): string[] {
  mkdirSync(folder, { recursive: true })
  return [...plots].map(([name, svg]) => {
    const path = join(folder, name)
    writeFileSync(path, svg)
    return path
  })
}

function loadOf(): string {
  return loadavg()
    .map((value) => value.toFixed(2))
    .join(' ')
}
