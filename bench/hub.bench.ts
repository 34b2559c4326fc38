/**
 * `npm run bench -- hub`: what the outbox and its relay cost, beside whoever does only the same in the end; with `--chaos`,
 * what is lost and doubled while everything is killed in turn.
 */
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { judgeThroughput, type Measured, tellLatency, tellThroughput } from './hub/budgets.ts'
import { type ChaosOutcome, runChaos } from './hub/chaos.ts'
import { tellChaos, tellComplaints } from './hub/chaos-report.ts'
import type { HubKind } from './hub/ground.ts'
import { measureLatency } from './hub/latency.ts'
import { readSettings, type Settings } from './hub/settings.ts'
import { measureThroughput, openThroughputGround } from './hub/throughput.ts'

const SIZE = { count: 5_000, rounds: 7 }
const LATENCY_SECONDS = 10
const PROFILES = join(import.meta.dirname, 'results')

export async function run(args: readonly string[]): Promise<boolean> {
  const settings = readSettings(args)
  return settings.chaos ? runAllChaos(settings) : measureAll(settings)
}

async function runAllChaos({ hubs, seed, payments, rounds }: Settings): Promise<boolean> {
  console.log(`seed ${seed}, ${payments} payments, everything is hit ${rounds} times`)
  const outcomes: ChaosOutcome[] = []
  for (const hub of hubs) {
    console.log(`\n${hub}`)
    outcomes.push(await runChaos({ hub, seed, payments, rounds, say: console.log }))
  }
  console.log(`\n${tellChaos(outcomes)}`)
  const complaints = outcomes.map(tellComplaints).filter(Boolean)
  for (const complaint of complaints) console.error(`\n${complaint}`)
  return complaints.length === 0
}

async function measureAll({ hubs, profile }: Settings): Promise<boolean> {
  console.log(`${cpus().length} processors, load at the beginning: ${loadOf()}`)
  const all: Measured[] = []
  for (const hub of hubs) all.push(await measureOne(hub, profile))
  console.log(`\n${tellThroughput(all)}\n\n${tellLatency(all)}`)
  const { met, text } = judgeThroughput(all)
  console.log(`\n${text}\nLoad at the end: ${loadOf()}`)
  if (profile) console.log(`Profiles of the publishing processes, for a browser's developer tools: ${PROFILES}`)
  return met
}

async function measureOne(hub: HubKind, profile: boolean): Promise<Measured> {
  const ground = await openThroughputGround(hub)
  try {
    const figures = await measureThroughput(ground, SIZE, profile ? PROFILES : undefined)
    return { figures, latency: await measureLatency(ground, LATENCY_SECONDS) }
  } finally {
    await ground.close()
  }
}

function loadOf(): string {
  return loadavg()
    .map((value) => value.toFixed(2))
    .join(' ')
}
