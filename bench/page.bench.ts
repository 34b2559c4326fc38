/**
 * `npm run bench -- page`: the public and the private page beside a static file of the same bytes, from the same nginx, in
 * one run. Rounds take turns, so that what else the machine does hits all alike; figures are medians of the rounds.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants as zlib } from 'node:zlib'
import { nginxCpu } from './cpu.ts'
import { type Load, measureCapacity, measureLatency, type Target } from './load.ts'
import { type Portal, startPortal } from './portal.ts'
import { median, table } from './table.ts'

const ROUNDS = 5
const SECONDS = 4
/** DESIGN §8. The peers of the private page are another bench's, so its ratio is reported without a budget. */
const PUBLIC_BUDGET = 0.8

interface Round extends Load {
  /** Microseconds of nginx's processor time for one request. */
  readonly cpu: number
}

interface Figures {
  readonly target: Target
  readonly rounds: readonly Round[]
  readonly latency: Load
}

export async function run(): Promise<boolean> {
  const portal = await startPortal()
  try {
    return await compare(portal)
  } finally {
    await portal.stop()
  }
}

async function compare(portal: Portal): Promise<boolean> {
  const cookie = await portal.signIn('alice@example.com')
  const pages: Target[] = [
    { name: 'public page /', url: `${portal.origin}/` },
    { name: 'private page /dashboard', url: `${portal.origin}/dashboard`, headers: { cookie } },
  ]
  const targets: Target[] = []
  for (const page of pages) targets.push(page, await writeTwin(portal, page))
  for (const target of targets) await measureCapacity(target, 1)

  const rounds = new Map<Target, Round[]>(targets.map((target) => [target, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const target of targets) rounds.get(target)?.push(await measureRound(portal, target))
  }
  const figures: Figures[] = []
  for (const target of targets) {
    const own = rounds.get(target) ?? []
    const rate = Math.max(10, Math.round(median(own.map(({ perSecond }) => perSecond)) / 4))
    figures.push({ target, rounds: own, latency: await measureLatency(target, SECONDS, rate) })
  }
  return report(figures)
}

async function measureRound(portal: Portal, target: Target): Promise<Round> {
  const before = nginxCpu(portal.runDir)
  const load = await measureCapacity(target, SECONDS)
  return { ...load, cpu: (nginxCpu(portal.runDir) - before) / (load.perSecond * SECONDS) }
}

/** Pages stand before their files. */
function report(figures: readonly Figures[]): boolean {
  const ratios: number[] = []
  const rows = figures.map((own, index) => {
    const file = figures[index + 1]
    if (index % 2 || !file) return row(own, '1 ×', '1 ×')
    const perSecond = ratioOf(own, file, (page, twin) => page.perSecond / twin.perSecond)
    const cpu = ratioOf(own, file, (page, twin) => twin.cpu / page.cpu)
    ratios.push(perSecond, cpu)
    return row(own, `${perSecond.toFixed(2)} ×`, `${cpu.toFixed(2)} ×`)
  })
  const head = [
    '',
    'requests/s',
    'against its file',
    'nginx µs/request',
    'against its file',
    'p50 ms',
    'p99 ms',
    'failures',
  ]
  console.log(table(head, rows))
  const [perSecond = 0, cpu = 0] = ratios
  const met = Math.min(perSecond, cpu) >= PUBLIC_BUDGET
  const whole = figures.every(({ rounds, latency }) => [...rounds, latency].every(({ failures }) => failures === 0))
  console.log(`\npublic page ≥ ${PUBLIC_BUDGET} × its file, by requests and by nginx's time: ${met ? 'met' : 'MISSED'}`)
  if (!whole) console.log('some requests failed: the figures are void')
  return met && whole
}

/** Of each round with the same round of its file: what slows one slows the other. */
function ratioOf(page: Figures, file: Figures, compare: (page: Round, file: Round) => number): number {
  return median(
    page.rounds.flatMap((round, index) => {
      const twin = file.rounds[index]
      return twin ? [compare(round, twin)] : []
    }),
  )
}

/** A static file of the page's bytes, compressed as nginx compresses the page. */
async function writeTwin(portal: Portal, page: Target): Promise<Target> {
  const { status, body } = await portal.get(new URL(page.url).pathname, page.headers)
  if (status !== 200) throw new Error(`${page.url} answered ${status}.`)
  const name = `bench/${page.name.replace(/\W+/g, '-')}.html`
  const path = join(portal.runDir, 'assets', name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, body)
  writeFileSync(`${path}.br`, brotliCompressSync(body, { params: { [zlib.BROTLI_PARAM_QUALITY]: 5 } }))
  return { name: '  a file of the same bytes', url: `${portal.origin}/assets/${name}` }
}

function row({ target, rounds, latency }: Figures, perSecond: string, cpu: string): string[] {
  const failures = [...rounds, latency].reduce((total, load) => total + load.failures, 0)
  const middle = (of: (round: Round) => number) => `${Math.round(median(rounds.map(of)))}`
  return [
    target.name,
    middle((round) => round.perSecond),
    perSecond,
    middle((round) => round.cpu),
    cpu,
    `${latency.p50}`,
    `${latency.p99}`,
    `${failures}`,
  ]
}
