/** The figures as tables for people and as the plots of the README. */
import { median, table } from '../table.ts'
import { ratioOf, samplesOf, type Verdict } from './budgets.ts'
import { type Cell, type Kind, NAMES, type Name } from './contestants.ts'
import { percentile, type Samples } from './load.ts'
import type { Capacities, Figures } from './measure.ts'
import { MIDDLE, type Plan } from './plan.ts'
import { plotDots, plotLines, type Series } from './plot.ts'

const KINDS: Record<Kind, string> = {
  page: 'whole page cached',
  hit: 'fragments cached',
  stale: 'fragments stale',
  miss: 'fragments new',
  private: 'private',
}

export function tellLatencies({ latencies }: Figures): string {
  const head = ['', 'page', 'fragments', 'one of them', 'first byte p50', 'p99', 'last byte p50', 'p99', 'failures']
  const rows = latencies.map(({ cell, samples }) => [
    cell.who,
    kindOf(cell),
    String(cell.count),
    cell.fault,
    ...timesOf(samples),
    `${samples.failures}/${samples.asked}`,
  ])
  return table(head, rows)
}

export function tellCapacities({ capacities }: Figures): string {
  const head = [
    '',
    'page',
    'fragments',
    'requests/s',
    'Selvedge against it',
    'server µs/request',
    'against it',
    'of it',
    'failures',
  ]
  return table(
    head,
    capacities.map((one) => {
      const { kind, count } = one.cell
      const ours = capacities.find(({ cell }) => cell.who === 'Selvedge' && cell.kind === kind && cell.count === count)
      const ratio = ours && ratioOf(ours, one)
      return [
        one.cell.who,
        kindOf(one.cell),
        String(count),
        middle(one, ({ perSecond }) => perSecond),
        ratio ? `${ratio.perSecond.toPrecision(3)} ×` : '',
        middle(one, ({ cpu }) => cpu),
        ratio ? `${ratio.cpu.toPrecision(3)} ×` : '',
        partsOf(one),
        String(one.rounds.reduce((total, { failures }) => total + failures, 0)),
      ]
    }),
  )
}

/** One row for each contestant: what the README shows. */
export function tellCompact(figures: Figures): string {
  const capacity = (who: Name, kind: Kind) =>
    figures.capacities.find(({ cell }) => cell.who === who && cell.kind === kind && cell.count === MIDDLE)
  const perSecond = (one: Capacities | undefined) => (one ? middle(one, (round) => round.perSecond) : '–')
  const time = (samples: Samples | undefined, of: 'first' | 'last', share: number) =>
    samples?.last.length ? percentile(samples[of], share).toFixed(share === 0.5 ? 1 : 0) : '–'
  const rows = NAMES.flatMap((who) => {
    const [shared, own] = [capacity(who, 'page'), capacity(who, 'private')]
    if (!shared && !own) return []
    // Where nobody can be known, the public page stands for the private one.
    const kind: Kind = own ? 'private' : 'page'
    const lost = (fault: Cell['fault']) => samplesOf(figures, { who, kind, count: MIDDLE, fault })
    return [
      [
        who,
        perSecond(shared),
        shared ? middle(shared, ({ cpu }) => cpu) : '–',
        perSecond(own),
        own ? middle(own, ({ cpu }) => cpu) : '–',
        time(lost('well'), 'last', 0.99),
        time(lost('slow'), 'first', 0.5),
        time(lost('hanging'), 'last', 0.99),
      ],
    ]
  })
  const head = [
    `${MIDDLE} fragments`,
    'public, requests/s',
    'server µs',
    'private, requests/s',
    'server µs',
    'last byte p99, ms',
    'first byte with a slow one, ms',
    'last byte p99 with a hanging one, ms',
  ]
  return table(head, rows)
}

export function tellVerdicts(verdicts: readonly Verdict[]): string {
  return table(
    ['budget', 'limit', 'measured', ''],
    verdicts.map(({ what, budget, measured, met }) => [what, budget, measured, met ? 'met' : 'MISSED']),
  )
}

export function drawPlots(figures: Figures, plan: Plan): Map<string, string> {
  return new Map([
    ['composition-fragments.svg', drawFragments(figures, plan)],
    ['composition-slow.svg', drawSlow(figures)],
  ])
}

function drawFragments(figures: Figures, { counts, rate }: Plan): string {
  const line = (name: string, who: Name, kind: Kind): Series[] => {
    const points = counts.flatMap((count) => {
      const samples = samplesOf(figures, { who, kind, count, fault: 'well' })
      return samples?.last.length ? [[count, percentile(samples.last, 0.99)] as const] : []
    })
    return points.length ? [{ name, points }] : []
  }
  return plotLines({
    title: 'A whole page, against the number of its fragments',
    note: `Time to the last byte, 99th percentile, ${rate} requests a second. Lower is better.`,
    x: { label: 'fragments on the page', ticks: counts },
    y: { label: 'milliseconds', logarithmic: true },
    series: [
      ...line('Selvedge, public', 'Selvedge', 'page'),
      ...line('Selvedge, assembled', 'Selvedge', 'hit'),
      ...line('Selvedge, private', 'Selvedge', 'private'),
      ...line('one Koa app', 'one Koa app', 'page'),
      ...line('Varnish ESI', 'Varnish ESI', 'page'),
      ...line('Tailor', 'Tailor', 'page'),
      ...line('Podium', 'Podium', 'page'),
    ],
  })
}

function drawSlow(figures: Figures): string {
  const rows = NAMES.flatMap((who) => {
    const kind: Kind = who === 'Varnish ESI' ? 'page' : 'private'
    const values = (['well', 'slow'] as const).flatMap((fault) => {
      const samples = samplesOf(figures, { who, kind, count: MIDDLE, fault })
      return samples?.first.length ? [percentile(samples.first, 0.5)] : []
    })
    return values.length === 2 ? [{ name: who, values }] : []
  })
  return plotDots({
    title: 'The first byte, when one fragment is slow',
    note: `Median of a page of ${MIDDLE} fragments, private (Varnish: public). Left is better.`,
    x: { label: 'milliseconds to the first byte', logarithmic: true },
    dots: ['all fragments well', 'one takes 700 ms'],
    rows,
  })
}

function kindOf({ who, kind }: Cell): string {
  if (kind === 'private' || who.startsWith('Selvedge')) return KINDS[kind]
  return 'public'
}

function timesOf({ first, last }: Samples): string[] {
  return [first, last].flatMap((times) => [0.5, 0.99].map((share) => percentile(times, share).toFixed(1)))
}

/** `nginx 440, services 630`: where the time of the servers went. */
function partsOf(one: Capacities): string {
  const names = [...(one.rounds[0]?.parts.keys() ?? [])]
  return names
    .map((name) => [name, Number(middle(one, ({ parts }) => parts.get(name) ?? 0))] as const)
    .filter(([, time]) => time >= 5)
    .map(([name, time]) => `${name} ${time}`)
    .join(', ')
}

function middle({ rounds }: Capacities, of: (round: Capacities['rounds'][number]) => number): string {
  return String(Math.round(median(rounds.map(of))))
}
