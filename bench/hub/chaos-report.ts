/** A chaos run as a table, and what it found. */
import { allConsumers, RIGHTS } from '../../hub/rights.ts'
import { table } from '../table.ts'
import type { ChaosOutcome } from './chaos.ts'
import type { Fault } from './faults.ts'

const NAMES = { embedded: 'embedded', rabbitmq: 'RabbitMQ' } as const
const LINES_SHOWN = 20

export function tellChaos(outcomes: readonly ChaosOutcome[]): string {
  const row = (what: string, of: (outcome: ChaosOutcome) => string | number) => [
    what,
    ...outcomes.map((one) => `${of(one)}`),
  ]
  const consumers = allConsumers(RIGHTS).filter((consumer) =>
    outcomes.some(({ facts }) => facts.effects.some((effect) => effect.consumer === consumer)),
  )
  const rows = [
    row('payments', ({ facts }) => facts.payments.length),
    row('events published', ({ facts }) => facts.payments.length * 4),
    row('events in the log', ({ facts }) => facts.logged.length),
    row('entries of the stream, repeats included', ({ entries }) => entries ?? '–'),
    ...consumers.map((consumer) =>
      row(
        `effects of ${consumer}`,
        ({ facts }) => facts.effects.filter((effect) => effect.consumer === consumer).length,
      ),
    ),
    row('repeats that the inbox stopped', ({ repeats }) => repeats),
    row('dead letters that were redriven', ({ redriven }) => redriven),
    row('SIGKILL', ({ faults }) => countKinds(faults, false)),
    row('connections cut', ({ faults }) => countKinds(faults, true)),
    row('seconds', ({ seconds }) => Math.round(seconds)),
    row('lost', ({ judgement }) => judgement.lost),
    row('doubled', ({ judgement }) => judgement.doubled),
  ]
  return table(['', ...outcomes.map(({ plan }) => NAMES[plan.hub])], rows)
}

/** Empty where all is well. */
export function tellComplaints({ plan, judgement, lines }: ChaosOutcome): string {
  if (judgement.complaints.length === 0) return ''
  const { hub, seed, payments, rounds } = plan
  return [
    `${NAMES[hub]}, seed ${seed}, ${payments} payments, ${rounds} rounds:`,
    ...judgement.complaints,
    'The last warnings:',
    ...lines.slice(-LINES_SHOWN),
  ].join('\n  ')
}

function countKinds(faults: readonly Fault[], cuts: boolean): string {
  const counts = new Map<string, number>()
  for (const { kind } of faults) {
    if (kind.startsWith('cut') === cuts) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return [...counts]
    .sort()
    .map(([kind, count]) => `${kind.replace('cut ', '')} ${count}`)
    .join(', ')
}
