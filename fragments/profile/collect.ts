/** Everything that is kept about a person, collected from whoever keeps it (GDPR, articles 15 and 20). */
import type { Request, User } from '#kit'
import type { Contract } from '#kit/contract.ts'
import { exportAccount } from '../../hub/contracts/auth.ts'
import { exportNotifications } from '../../hub/contracts/notifications.ts'
import { exportPayments } from '../../hub/contracts/payments.ts'
import { findDetails } from './store.ts'

type Part = Contract<{ userId: string }, { data?: unknown }>

const PARTS: Readonly<Record<string, Part>> = {
  account: exportAccount,
  payments: exportPayments,
  messages: exportNotifications,
}

const list = new Intl.ListFormat('en-GB')

export interface Collection {
  readonly about: string
  readonly madeAt: Date
  /** The parts that could not be had. */
  readonly missing: readonly string[]
  readonly [part: string]: unknown
}

/** One document. A part whose keeper is away is named as missing, and not left out in silence. */
export async function collectData(ctx: Request, user: User): Promise<Collection> {
  const { version: _, closed: __, ...contactDetails } = await findDetails(ctx.db, user.id)
  const parts = await Promise.all(
    Object.entries(PARTS).map(async ([name, contract]) => [name, await askFor(name, contract, ctx, user)] as const),
  )
  const had = parts.filter(([, part]) => part !== undefined).map(([name, part]) => [name, part?.data])
  const missing = parts.filter(([, part]) => part === undefined).map(([name]) => name)
  return { about: sayAbout(user, missing), madeAt: new Date(), missing, contactDetails, ...Object.fromEntries(had) }
}

async function askFor(name: string, contract: Part, { ask, log }: Request, { id }: User) {
  try {
    return await ask(contract, { userId: id })
  } catch (err) {
    log.warn({ err, part: name }, 'a part of an export is missing')
    return undefined
  }
}

function sayAbout({ name }: User, missing: readonly string[]): string {
  if (missing.length === 0) return `Everything that Selvedge keeps about ${name}.`
  return `What Selvedge keeps about ${name}, without ${list.format(missing)}: download it again in a few minutes.`
}
