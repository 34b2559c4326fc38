/** What admin knows of auth and payments: their answers as types, their words as lists, and names for ids. */
import type { Request } from '#kit'
import { type Contract, NeighbourAway } from '#kit/contract.ts'
import { type findAccounts, readAccounts } from '../../hub/contracts/auth.ts'
import type { findPayments } from '../../hub/contracts/payments.ts'

type AnswerOf<C> = C extends Contract<infer _Input, infer Output> ? Output : never

export type Account = AnswerOf<typeof findAccounts>['accounts'][number]
export type Payment = AnswerOf<typeof findPayments>['payments'][number]

export const ACCOUNT_STATES = ['open', 'locked', 'closed'] as const satisfies readonly Account['state'][]
export const ROLES = ['customer', 'staff', 'auditor'] as const satisfies readonly Account['role'][]
export const PAYMENT_STATES = [
  'submitted',
  'processing',
  'completed',
  'failed',
  'cancelled',
] as const satisfies readonly Payment['state'][]

/** Names by the ids of accounts; undefined while auth is away, and without those that auth does not know. */
export type Names = ReadonlyMap<string, string> | undefined

export function sendersOf(payments: readonly Payment[]): string[] {
  return payments.map(({ userId }) => userId)
}

/** What happened is worth showing without names, so auth may be away. */
export async function readNames({ ask, log }: Pick<Request, 'ask' | 'log'>, ids: readonly string[]): Promise<Names> {
  const wanted = [...new Set(ids)]
  if (wanted.length === 0) return new Map()
  try {
    const { accounts } = await ask(readAccounts, { ids: wanted })
    return new Map(accounts.map(({ id, name }) => [id, name]))
  } catch (error) {
    if (!(error instanceof NeighbourAway)) throw error
    log.warn({ err: error }, 'accounts are shown without names')
    return undefined
  }
}
