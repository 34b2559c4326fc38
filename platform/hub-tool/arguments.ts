/** From what was typed to what is to be done. */
import type { Selection } from '../../hub/hub.ts'
import { allConsumers, mayConsume, RIGHTS, typesConsumedBy } from '../../hub/rights.ts'
import { WrongUsage } from './endings.ts'
import { readMoment } from './moment.ts'
import { BRIEF, type CommandName, isCommand, usageOf } from './usage.ts'
import { type Kind, readWords, type Words } from './words.ts'

/** Who does it and why. Without it nothing is changed. */
export interface Act {
  readonly operator: string
  readonly reason: string
}

/** After a dry run. */
export const TO_ACT = 'Nothing was changed. It is done with --operator NAME --reason TEXT --go.'

export interface Redrive {
  readonly name: 'redrive'
  readonly consumer: string
  readonly events: readonly string[] | 'all'
  readonly act: Act | undefined
  readonly json: boolean
}

export interface Replay {
  readonly name: 'replay'
  readonly consumer: string
  readonly selection: Selection
  readonly everything: boolean
  /** Undefined: a new one. */
  readonly replay: string | undefined
  readonly act: Act | undefined
  readonly json: boolean
}

export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'setup' }
  | { readonly name: 'status'; readonly json: boolean; readonly watch: boolean }
  | {
      readonly name: 'tail'
      readonly json: boolean
      readonly type: string | undefined
      readonly subject: string | undefined
    }
  | {
      readonly name: 'dlq'
      readonly json: boolean
      readonly consumer: string | undefined
      readonly show: string | undefined
    }
  | Redrive
  | Replay

const ACT = { operator: 'value', reason: 'value', go: 'flag', json: 'flag' } as const
const NARROWS = { type: 'value', subject: 'value' } as const

const KINDS: Readonly<Record<CommandName, Readonly<Record<string, Kind>>>> = {
  status: { json: 'flag', watch: 'flag' },
  tail: { ...NARROWS, json: 'flag' },
  dlq: { show: 'value', json: 'flag' },
  redrive: { event: 'values', all: 'flag', ...ACT },
  replay: { from: 'value', until: 'value', ...NARROWS, everything: 'flag', replay: 'value', ...ACT },
  setup: {},
}

/** Room for them in an event. */
const MOST_NAME = 100
const MOST_REASON = 500

/** Throws `WrongUsage` with the usage of the command. */
export function readCommand(args: readonly string[], now = new Date()): Command {
  const [word, ...rest] = args
  if (args.includes('--help') || word === 'help') return { name: 'help' }
  if (word === undefined) throw new WrongUsage(`What shall be done?\n${BRIEF}`)
  if (!isCommand(word)) throw new WrongUsage(`There is no "${word}" here.\n${BRIEF}`)
  try {
    return READ[word](readWords(rest, KINDS[word]), now)
  } catch (error) {
    if (!(error instanceof WrongUsage)) throw error
    throw new WrongUsage(`${error.message}\nUsage: ${usageOf(word)}`)
  }
}

const READ: Readonly<Record<CommandName, (words: Words, now: Date) => Command>> = {
  status(words) {
    expectWords(words, 0)
    return { name: 'status', json: words.has('json'), watch: words.has('watch') }
  },
  tail(words) {
    expectWords(words, 0)
    return { name: 'tail', json: words.has('json'), type: typeIn(words), subject: words.value('subject') }
  },
  dlq(words) {
    expectWords(words, 1)
    const [consumer] = words.positionals
    if (consumer !== undefined) checkConsumer(consumer)
    return { name: 'dlq', json: words.has('json'), consumer, show: words.value('show') }
  },
  redrive(words) {
    const consumer = consumerIn(words)
    const events = words.values('event')
    if (words.has('all') === events.length > 0) throw new WrongUsage('Which letters? Either --event ID, or --all.')
    return { name: 'redrive', consumer, events: words.has('all') ? 'all' : events, ...actIn(words) }
  },
  replay(words, now) {
    const consumer = consumerIn(words)
    const type = typeIn(words)
    if (type !== undefined && !mayConsume(RIGHTS, consumer, type)) {
      throw new WrongUsage(`${consumer} does not consume ${type}, but ${typesConsumedBy(RIGHTS, consumer).join(', ')}.`)
    }
    const [from, until] = [momentIn(words, 'from', now), momentIn(words, 'until', now)]
    if (from && until && from >= until) throw new WrongUsage('--from is not before --until.')
    const selection = { from, until, type, subject: words.value('subject') }
    const replay = words.value('replay')
    checkWidth(words, selection, replay)
    return { name: 'replay', consumer, selection, everything: words.has('everything'), replay, ...actIn(words) }
  },
  setup(words) {
    expectWords(words, 0)
    return { name: 'setup' }
  },
}

function checkWidth(words: Words, { from, until, type, subject }: Selection, replay: string | undefined): void {
  const narrow = Boolean(from ?? until ?? type ?? subject)
  if (narrow && words.has('everything')) throw new WrongUsage('--everything goes with no other choice of events.')
  if (!narrow && !words.has('everything') && replay === undefined) {
    throw new WrongUsage('Which events? Narrow them by --from, --until, --type or --subject, or say --everything.')
  }
  if (replay !== undefined && !/^[\w.:-]{1,100}$/.test(replay)) {
    throw new WrongUsage('--replay takes up to 100 letters, digits and . : _ -')
  }
}

function expectWords({ positionals }: Words, most: number): void {
  if (positionals.length > most) throw new WrongUsage(`"${positionals[most]}" is one word too many.`)
}

function consumerIn(words: Words): string {
  expectWords(words, 1)
  const [consumer] = words.positionals
  if (consumer === undefined) throw new WrongUsage(`Which consumer? ${allConsumers(RIGHTS).join(', ')}`)
  checkConsumer(consumer)
  return consumer
}

function checkConsumer(consumer: string): void {
  const all = allConsumers(RIGHTS)
  if (!all.includes(consumer)) throw new WrongUsage(`"${consumer}" consumes nothing. Consumers are: ${all.join(', ')}.`)
}

function typeIn(words: Words): string | undefined {
  const type = words.value('type')
  if (type === undefined || Object.hasOwn(RIGHTS.events, type)) return type
  throw new WrongUsage(`There are no events "${type}". There are: ${Object.keys(RIGHTS.events).join(', ')}.`)
}

function momentIn(words: Words, name: string, now: Date): Date | undefined {
  const text = words.value(name)
  return text === undefined ? undefined : readMoment(`--${name}`, text, now)
}

function actIn(words: Words): { act: Act | undefined; json: boolean } {
  const [operator, reason] = [words.value('operator')?.trim(), words.value('reason')?.trim()]
  if ((operator?.length ?? 0) > MOST_NAME) throw new WrongUsage(`--operator is longer than ${MOST_NAME} characters.`)
  if ((reason?.length ?? 0) > MOST_REASON) throw new WrongUsage(`--reason is longer than ${MOST_REASON} characters.`)
  const json = words.has('json')
  if (!words.has('go')) return { act: undefined, json }
  if (!operator || !reason)
    throw new WrongUsage('--go needs to know who does this and why: --operator NAME --reason TEXT.')
  return { act: { operator, reason }, json }
}
