/** Whether a chaos run has lost or doubled anything. */
import { consumersOf, RIGHTS } from '../../hub/rights.ts'
import type { Facts, PaymentFact } from './facts.ts'
import { keyOf, outcomeOf, userOf } from './payment.ts'

export interface Judgement {
  readonly lost: number
  readonly doubled: number
  /** Sentences; none where all is well. */
  readonly complaints: readonly string[]
}

/** What somebody was told by the service: number and id of each payment. */
export type Confirmed = ReadonlyMap<number, string>

const EXAMPLES = 5

export function judge(facts: Facts, count: number, confirmed: Confirmed): Judgement {
  const { payments, logged, effects, inbox, audited, notes } = facts
  const settled = payments.map(
    ({ id, state }) => `${state === 'failed' ? 'payment.failed' : 'payment.completed'}:${id}`,
  )
  const toldOf = (consumer: string) =>
    logged.filter(({ type }) => consumersOf(RIGHTS, type).includes(consumer)).map(({ id }) => id)
  const handled = logged.flatMap(({ id, type }) => consumersOf(RIGHTS, type).map((consumer) => `${consumer} ${id}`))
  const numbers = Array.from({ length: count }, (_, number) => number)
  const known = payments.map(({ key, id }) => `${key} ${id}`)
  const comparisons = [
    compare(
      'payment',
      numbers.map(keyOf),
      payments.map(({ key }) => key ?? 'a payment without a key'),
    ),
    compare(
      'confirmed payment',
      [...confirmed].map(([number, id]) => `${keyOf(number)} ${id}`),
      known,
    ),
    compare('event', payments.flatMap(eventsOf), logged.map(nameOf)),
    compare(
      'id in the log',
      [...new Set(logged.map(({ id }) => id))],
      logged.map(({ id }) => id),
    ),
    compare(
      'effect',
      handled,
      effects.map(({ consumer, event }) => `${consumer} ${event}`),
    ),
    compare(
      'note in the inbox',
      handled,
      inbox.map(({ consumer, event }) => `${consumer} ${event}`),
    ),
    compare('row of the audit log', toldOf('admin'), audited),
    compare('notification', settled, notes),
  ]
  const complaints = [
    ...comparisons.flatMap((comparison) => comparison.complaints),
    ...some('payment', payments.filter(isOff).map(sayOff)),
    ...facts.chain.map(({ says }) => `The audit log: ${says}`),
    ...(facts.outbox > 0 ? [`${facts.outbox} events are still in the outbox.`] : []),
    ...some(
      'dead letter',
      facts.dead.map(({ consumer, id, reason }) => `of ${consumer}: ${id}: ${reason}`),
    ),
  ]
  const sum = (of: 'lost' | 'doubled') => comparisons.reduce((total, comparison) => total + comparison[of], 0)
  return { lost: sum('lost'), doubled: sum('doubled'), complaints }
}

/** Expected and found, each as often as it is to be and as it is. */
function compare(what: string, expected: readonly string[], found: readonly string[]): Judgement {
  const wanted = countOf(expected)
  const there = countOf(found)
  const lost: string[] = []
  const doubled: string[] = []
  for (const name of new Set([...wanted.keys(), ...there.keys()])) {
    const difference = (there.get(name) ?? 0) - (wanted.get(name) ?? 0)
    if (difference < 0) lost.push(name)
    if (difference > 0) doubled.push(`${name} (${there.get(name)} instead of ${wanted.get(name) ?? 0})`)
  }
  const complaints = [...some(`lost ${what}`, lost), ...some(`doubled ${what}`, doubled)]
  return { lost: lost.length, doubled: doubled.length, complaints }
}

function countOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

function some(what: string, all: readonly string[]): string[] {
  if (all.length === 0) return []
  const more = all.length > EXAMPLES ? [`… and ${all.length - EXAMPLES} more`] : []
  return [`${all.length} × ${what}: ${[...all.slice(0, EXAMPLES), ...more].join('; ')}`]
}

function eventsOf({ id, userId, state }: PaymentFact): string[] {
  const own = ['submitted', 'processing', state].map((step) => `payment.${step} ${id}`)
  return [...own, `notification.created ${userId}`]
}

function nameOf({ type, subject }: Facts['logged'][number]): string {
  return `${type} ${subject}`
}

function numberOf({ key }: PaymentFact): number {
  return Number(key?.replace('chaos-', ''))
}

/** Not as its number says it is to end. */
function isOff(payment: PaymentFact): boolean {
  const number = numberOf(payment)
  const steps = ['submitted', 'processing', outcomeOf(number)]
  return payment.steps.join() !== steps.join() || payment.state !== steps[2] || payment.userId !== userOf(number)
}

function sayOff(payment: PaymentFact): string {
  const { id, state, steps, key } = payment
  return `${key} (${id}) is ${state} after ${steps.join(', ')}, and was to be ${outcomeOf(numberOf(payment))}`
}
