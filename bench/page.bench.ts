/**
 * `npm run bench -- page`: the public and the private page beside a static file of the same bytes, from the same nginx, in
 * one run. Rounds take turns, so that what else the machine does hits all alike; the figure is the median of the ratios.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants as zlib } from 'node:zlib'
import { type Load, measureCapacity, measureLatency, type Target } from './load.ts'
import { type Portal, startPortal } from './portal.ts'
import { median, table } from './table.ts'

const ROUNDS = 5
const SECONDS = 4
/** DESIGN §8. The private page's peers are not installed yet, so its ratio is reported without a budget. */
const PUBLIC_BUDGET = 0.8

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
  const targets = await Promise.all(pages.map(async (page) => ({ page, file: await writeTwin(portal, page) })))
  const all = targets.flatMap(({ page, file }) => [page, file])
  for (const target of all) await measureCapacity(target, 1)

  const capacities = new Map<Target, Load[]>(all.map((target) => [target, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const target of all) capacities.get(target)?.push(await measureCapacity(target, SECONDS))
  }
  const latencies = new Map<Target, Load>()
  for (const target of all) {
    const slowest = median(of(capacities, target).map(({ perSecond }) => perSecond))
    latencies.set(target, await measureLatency(target, SECONDS, Math.max(10, Math.round(slowest / 4))))
  }

  const ratios = targets.map(({ page, file }) =>
    median(
      of(capacities, page).map(({ perSecond }, round) => perSecond / (of(capacities, file)[round]?.perSecond ?? 1)),
    ),
  )
  const rows = targets.flatMap(({ page, file }, index) => [
    row(page, of(capacities, page), latencies.get(page), (ratios[index] ?? 0).toFixed(2)),
    row(file, of(capacities, file), latencies.get(file), '1'),
  ])
  console.log(table(['', 'requests/s', 'against its file', 'p50 ms at ¼', 'p99 ms at ¼', 'failures'], rows))
  const failures = [...capacities.values()].flat().concat([...latencies.values()])
  const met = (ratios[0] ?? 0) >= PUBLIC_BUDGET && failures.every((load) => load.failures === 0)
  console.log(
    `\npublic page ≥ ${PUBLIC_BUDGET} × its file: ${met ? 'met' : 'MISSED'} (${(ratios[0] ?? 0).toFixed(2)} ×)`,
  )
  return met
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

function row(target: Target, loads: readonly Load[], latency: Load | undefined, ratio: string): string[] {
  const failures = loads.reduce((total, load) => total + load.failures, latency?.failures ?? 0)
  const perSecond = Math.round(median(loads.map((load) => load.perSecond)))
  return [target.name, `${perSecond}`, `${ratio} ×`, `${latency?.p50 ?? ''}`, `${latency?.p99 ?? ''}`, `${failures}`]
}

function of(loads: ReadonlyMap<Target, Load[]>, target: Target): Load[] {
  return loads.get(target) ?? []
}
