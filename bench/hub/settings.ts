/** What `npm run bench -- hub` was asked for. */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { HUBS, type HubKind } from './ground.ts'

export interface Settings {
  readonly chaos: boolean
  readonly hubs: readonly HubKind[]
  readonly seed: number
  readonly payments: number
  /** How often chaos hits everything. */
  readonly rounds: number
  readonly profile: boolean
}

const PAYMENTS = 20_000
const ROUNDS = 10
const MOST_SEED = 2 ** 31

export function readSettings(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      chaos: { type: 'boolean', default: false },
      hub: { type: 'string' },
      seed: { type: 'string' },
      payments: { type: 'string' },
      rounds: { type: 'string' },
      profile: { type: 'boolean', default: false },
    },
  })
  const { chaos, hub, seed, payments, rounds, profile } = values
  const hubs = HUBS.filter((kind) => hub === undefined || kind === hub)
  if (hubs.length === 0) throw new Error(`There is no hub ${hub}. There are: ${HUBS.join(', ')}.`)
  return {
    chaos,
    hubs,
    seed: readNumber('seed', seed) ?? randomInt(MOST_SEED),
    payments: readNumber('payments', payments) ?? PAYMENTS,
    rounds: readNumber('rounds', rounds) ?? ROUNDS,
    profile,
  }
}

function readNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new Error(`--${name} ${text} is no number from 1 on.`)
  return Number(text)
}
