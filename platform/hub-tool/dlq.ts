/** `dlq`: dead letters, and one of them as it is. */
import { type Open, opener } from '../../hub/envelope.ts'
import type { DeadLetter } from '../../hub/hub.ts'
import { allConsumers, RIGHTS } from '../../hub/rights.ts'
import { EXIT, NeedsPerson } from './endings.ts'
import { judge } from './judge.ts'
import type { OpenHub } from './open.ts'
import { type Column, countOf, plain, sayMoment, table } from './output.ts'

interface Options {
  readonly json: boolean
  readonly consumer: string | undefined
  readonly show: string | undefined
}

/** `--json`. Keys are added, never renamed. */
interface Row {
  readonly consumer: string
  readonly id: string
  readonly type: string | null
  readonly subject: string | null
  readonly at: string
  readonly attempts: number
  readonly reason: string
  /** Why it cannot be redriven. */
  readonly problem: string | null
}

const WIDEST_REASON = 120

export async function showDeadLetters(hub: OpenHub, { json, consumer, show }: Options): Promise<number> {
  const open = opener(hub.keys)
  const letters: DeadLetter[] = []
  for (const name of consumer === undefined ? allConsumers(RIGHTS) : [consumer]) {
    letters.push(...(await hub.operations.deadLetters(name)))
  }
  if (show !== undefined) return showLetters(open, letters, show, json)
  const rows = letters.map((letter) => rowOf(open, letter))
  if (json) console.log(JSON.stringify(rows))
  else
    console.log(
      rows.length > 0 ? tableOfLetters(rows) : `${consumer ?? 'Nobody'} has ${consumer ? 'no ' : ''}dead letters.`,
    )
  return EXIT.well
}

/** For people: what there is, and what would become of it. */
export function tableOfLetters(rows: readonly Row[]): string {
  const columns: Column<Row>[] = [
    { head: 'CONSUMER', cell: ({ consumer }) => consumer },
    { head: 'EVENT', cell: ({ id }) => id },
    { head: 'TYPE', cell: ({ type }) => type ?? '?' },
    { head: 'SUBJECT', cell: ({ subject }) => subject ?? '?' },
    { head: 'DIED', cell: ({ at }) => sayMoment(new Date(at)) },
    { head: 'ATTEMPTS', cell: ({ attempts }) => String(attempts), right: true },
    { head: 'REASON', cell: ({ reason }) => cut(reason), colour: ({ problem }) => (problem ? 'red' : undefined) },
  ]
  return table(columns, rows)
}

export function rowOf(open: Open, { consumer, id, body, at, attempt, reason }: DeadLetter): Row {
  const { envelope, problem = null } = judge(open, body, consumer)
  const { type = null, subject = null } = envelope ?? {}
  return { consumer, id, type, subject, at: at.toISOString(), attempts: attempt + 1, reason, problem }
}

/** One event may be dead for several consumers. */
function showLetters(open: Open, letters: readonly DeadLetter[], id: string, json: boolean): number {
  const found = letters.filter((letter) => letter.id === id)
  if (found.length === 0) throw new NeedsPerson(`There is no dead letter ${id}. Those there are: npm run hub -- dlq`)
  const shown = found.map((letter) => ({
    ...rowOf(open, letter),
    envelope: judge(open, letter.body, letter.consumer).envelope ?? null,
    body: letter.body,
  }))
  if (json) console.log(JSON.stringify(shown))
  else for (const letter of shown) console.log(sayLetter(letter))
  return shown.some(({ problem }) => problem) ? EXIT.needsPerson : EXIT.well
}

function sayLetter({ envelope, body, problem, ...row }: Row & { envelope: unknown; body: string }): string {
  return [
    `Dead letter of ${row.consumer}, ${sayMoment(new Date(row.at))}, after ${countOf(row.attempts, 'attempt')}:`,
    plain(row.reason),
    envelope ? JSON.stringify(envelope, undefined, 2).split('\n').map(plain).join('\n') : plain(body),
    problem ? `It cannot be redriven: ${plain(problem)}` : 'Its signature holds, and it can be redriven.',
  ].join('\n')
}

function cut(text: string): string {
  return text.length > WIDEST_REASON ? `${text.slice(0, WIDEST_REASON - 1)}…` : text
}
