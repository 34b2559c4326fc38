/** `replay`: hands events of the log to a consumer once more. */
import { randomUUIDv7 } from 'node:crypto'
import { opener } from '../../hub/envelope.ts'
import type { Selection } from '../../hub/hub.ts'
import { mayConsume, RIGHTS } from '../../hub/rights.ts'
import { type Act, type Replay, TO_ACT } from './arguments.ts'
import { announce } from './audit.ts'
import { describe, EXIT, NeedsPerson, WrongUsage } from './endings.ts'
import { inspect } from './judge.ts'
import type { OpenHub } from './open.ts'
import { countOf, plain, type Say, sayMoment, speaker } from './output.ts'
import { showProgress } from './progress.ts'
import { findReplay, saySelection, writeSelection } from './selection.ts'

const MOST_SHOWN = 5
const MOST_NAMED = 20

interface Plan {
  readonly consumer: string
  readonly replay: string
  readonly selection: Selection
}

/** An event that goes to the consumer, or a message that does not and why. */
type Found = { readonly body: string; readonly line: string } & { readonly problem: string | undefined }

export async function replay(hub: OpenHub, command: Replay, interrupted: () => AbortSignal): Promise<number> {
  const { consumer, act, json } = command
  const say = speaker(json)
  const plan = await planOf(hub, command, say)
  const { count, first, forged } = await survey(hub, plan)
  for (const line of forged.slice(0, MOST_NAMED)) say(`Passed by: ${line}`)
  if (forged.length > MOST_NAMED) say(`… and ${forged.length - MOST_NAMED} more.`)

  const finish = (trace: string | null, replayed: number): number => {
    const { from, until, type = null, subject = null } = plan.selection
    const selection = { from: from?.toISOString() ?? null, until: until?.toISOString() ?? null, type, subject }
    const ids = { replay: act ? plan.replay : (command.replay ?? null), trace }
    const report = { consumer, dryRun: act === undefined, ...ids, selection, count, replayed, refused: forged.length }
    if (json) console.log(JSON.stringify(report))
    return forged.length > 0 ? EXIT.needsPerson : EXIT.well
  }
  if (count === 0) say(`The log holds nothing of that for ${consumer}.`)
  if (!act) {
    for (const line of first) say(line)
    if (count > first.length) say(`… and ${(count - first.length).toLocaleString('en')} more.`)
    if (count > 0) say(`${countOf(count, 'event')} would be replayed to ${consumer}. ${TO_ACT}`)
    return finish(null, 0)
  }
  if (count === 0) return finish(null, 0)

  const signal = interrupted()
  const trace = await announceReplay(hub, plan, count, act)
  say(`Replay ${plan.replay}. The audit log knows of it, as trace ${trace}.`)
  const replayed = await carryOut(hub, plan, count, signal)
  say(`${replayed.toLocaleString('en')} of ${countOf(count, 'event')} went to ${consumer} once more.`)
  return finish(trace, replayed)
}

/** The end of the selection is fixed, so that what is counted is what is replayed, also by whoever goes on later. */
async function planOf(hub: OpenHub, { consumer, replay, selection, everything }: Replay, say: Say): Promise<Plan> {
  const fixed = { ...selection, until: selection.until ?? new Date() }
  if (replay === undefined) return { consumer, replay: randomUUIDv7(), selection: fixed }
  const begun = await findReplay(hub, replay)
  if (!begun) {
    const narrow = selection.from ?? selection.until ?? selection.type ?? selection.subject
    if (narrow !== undefined || everything) return { consumer, replay, selection: fixed }
    throw new WrongUsage(`Nobody has begun a replay ${replay}. For a new one, say which events it is of.`)
  }
  const { type = begun.selection.type, subject = begun.selection.subject } = selection
  if (begun.consumer !== consumer || type !== begun.selection.type || subject !== begun.selection.subject) {
    throw new WrongUsage(`Replay ${replay} was begun for ${begun.consumer}, ${saySelection(begun.selection)}.`)
  }
  say(plain(`Replay ${replay} goes on as it was begun: ${saySelection(begun.selection)}.`))
  return { consumer, replay, selection: begun.selection }
}

async function survey(hub: OpenHub, plan: Plan) {
  const first: string[] = []
  const forged: string[] = []
  let count = 0
  const progress = showProgress('messages of the log looked at')
  for await (const { line, problem } of findEvents(hub, plan, progress.step)) {
    if (problem !== undefined) {
      forged.push(`${line}: ${plain(problem)}`)
      continue
    }
    count += 1
    if (first.length < MOST_SHOWN) first.push(line)
  }
  progress.end()
  return { count, first, forged }
}

/** What the log holds of the selection and the consumer may consume, and what only says so. */
async function* findEvents(hub: OpenHub, { consumer, selection }: Plan, step: () => void): AsyncGenerator<Found> {
  const open = opener(hub.keys)
  for await (const { at, body } of hub.operations.readLog(selection)) {
    step()
    const { envelope, problem } = inspect(open, body)
    if (envelope && !mayConsume(RIGHTS, consumer, envelope.type)) continue
    const words = envelope ? [envelope.type, envelope.subject, envelope.id] : ['a message that cannot be read']
    yield { body, line: plain([sayMoment(at), ...words].join('  ')), problem }
  }
}

function announceReplay(hub: OpenHub, { consumer, replay, selection }: Plan, count: number, act: Act): Promise<string> {
  const data = { ...act, replay, selection: writeSelection(selection), count }
  return announce(hub, [{ type: 'hub.replayed', subject: consumer, data }])
}

/** One after the other: the order of the log is the order that the consumer gets them in. */
async function carryOut(hub: OpenHub, plan: Plan, count: number, signal: AbortSignal): Promise<number> {
  const { consumer, replay } = plan
  const progress = showProgress(`of ${countOf(count, 'event')} replayed`)
  let replayed = 0
  const goOn = () => `After ${replayed} of ${countOf(count, 'event')}. To go on: npm run hub -- replay ${consumer}
  --replay ${replay} --operator NAME --reason TEXT --go`
  try {
    for await (const { body, problem } of findEvents(hub, plan, () => {})) {
      if (problem !== undefined) continue
      if (replayed === count) break
      if (signal.aborted) throw new Error('Interrupted.')
      await hub.operations.replay(consumer, body, replay)
      replayed += 1
      progress.step()
    }
  } catch (error) {
    progress.end()
    throw new NeedsPerson(`${describe(error)} ${goOn()}`)
  }
  progress.end()
  return replayed
}
