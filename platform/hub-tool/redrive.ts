/** `redrive`: hands dead letters back to their consumer. */
import { opener } from '../../hub/envelope.ts'
import type { DeadLetter } from '../../hub/hub.ts'
import { type Act, type Redrive, TO_ACT } from './arguments.ts'
import { announce } from './audit.ts'
import { rowOf, tableOfLetters } from './dlq.ts'
import { describe, EXIT, NeedsPerson } from './endings.ts'
import { judge } from './judge.ts'
import type { OpenHub } from './open.ts'
import { countOf, plain, speaker } from './output.ts'
import { showProgress } from './progress.ts'

/** Ids in one event of the audit: more would not fit. */
const MOST_IDS = 1_000
const MOST_SHOWN = 20

/** What is not sound stays, and is named. `interrupted` is asked before each letter. */
export async function redrive(
  hub: OpenHub,
  { consumer, events, act, json }: Redrive,
  interrupted: () => AbortSignal,
): Promise<number> {
  const say = speaker(json)
  const open = opener(hub.keys)
  const problemOf = ({ body }: DeadLetter) => judge(open, body, consumer).problem
  const letters = await choose(hub, consumer, events)
  const sound = letters.filter((letter) => problemOf(letter) === undefined)
  const refused = letters.flatMap((letter) => {
    const problem = problemOf(letter)
    return problem === undefined ? [] : [{ id: letter.id, problem }]
  })

  if (letters.length === 0) say(`${consumer} has no dead letters.`)
  for (const { id, problem } of refused) say(plain(`${id} stays where it is: ${problem}`))
  const report = { consumer, dryRun: act === undefined, events: sound.map(({ id }) => id), refused }
  const finish = (trace: string | null, redriven: number): number => {
    if (json) console.log(JSON.stringify({ ...report, trace, redriven }))
    return refused.length > 0 ? EXIT.needsPerson : EXIT.well
  }
  if (sound.length === 0) return finish(null, 0)
  if (!act) {
    say(tableOfLetters(sound.slice(0, MOST_SHOWN).map((letter) => rowOf(open, letter))))
    if (sound.length > MOST_SHOWN) say(`… and ${countOf(sound.length - MOST_SHOWN, 'more letter')}.`)
    say(`${countOf(sound.length, 'dead letter')} would go back to ${consumer}. ${TO_ACT}`)
    return finish(null, 0)
  }

  const signal = interrupted()
  const trace = await announceRedrive(hub, consumer, report.events, act)
  say(`The audit log knows of it, as trace ${trace}.`)
  // What has come since then was not announced, and what bears the id of a sound letter may be none.
  const takeTurn = turns(report.events)
  const isChosen = (letter: DeadLetter) => !signal.aborted && problemOf(letter) === undefined && takeTurn(letter.id)
  const redriven = await move(hub, consumer, sound.length, isChosen)
  say(`${redriven.toLocaleString('en')} of ${countOf(sound.length, 'dead letter')} went back to ${consumer}.`)
  const ending = finish(trace, redriven)
  if (!signal.aborted || redriven === sound.length) return ending
  throw new NeedsPerson('Interrupted. The others are where they were.')
}

async function choose(hub: OpenHub, consumer: string, events: Redrive['events']): Promise<DeadLetter[]> {
  const letters = await hub.operations.deadLetters(consumer)
  if (events === 'all') return letters
  const missing = events.filter((event) => !letters.some(({ id }) => id === event))
  if (missing.length > 0) {
    throw new NeedsPerson(
      `${consumer} has no dead letter ${missing.join(', ')}, and none was moved. Those it has: npm run hub -- dlq ${consumer}`,
    )
  }
  return letters.filter(({ id }) => events.includes(id))
}

/** Whether an id has a turn left: a letter that dies again at once does not go again. */
function turns(ids: readonly string[]): (id: string) => boolean {
  const left = new Map<string, number>()
  for (const id of ids) left.set(id, (left.get(id) ?? 0) + 1)
  return (id) => {
    const count = left.get(id) ?? 0
    left.set(id, count - 1)
    return count > 0
  }
}

function announceRedrive(hub: OpenHub, consumer: string, ids: readonly string[], act: Act): Promise<string> {
  const parts = Array.from({ length: Math.ceil(ids.length / MOST_IDS) }, (_, part) =>
    ids.slice(part * MOST_IDS, (part + 1) * MOST_IDS),
  )
  return announce(
    hub,
    parts.map((events) => ({ type: 'hub.redriven', subject: consumer, data: { ...act, events } })),
  )
}

async function move(hub: OpenHub, consumer: string, total: number, isChosen: (letter: DeadLetter) => boolean) {
  const progress = showProgress(`of ${countOf(total, 'dead letter')} redriven`)
  try {
    return await hub.operations.redrive(consumer, (letter) => {
      const goes = isChosen(letter)
      if (goes) progress.step()
      return goes
    })
  } catch (error) {
    throw new NeedsPerson(`${describe(error)} What did not go back is still dead: the same command goes on.`)
  } finally {
    progress.end()
  }
}
