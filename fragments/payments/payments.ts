/**
 * Payments: rules without HTTP. A payment is `submitted`, then `processing`, then `completed` or `failed`; while it is
 * submitted, and only then, it can be `cancelled`. Every change raises the tags of what it changes, in one transaction.
 */
import { createHash, randomUUID } from 'node:crypto'
import { Conflict, NotFound, raiseTags } from '#kit'
import type { Database, Sql } from '#kit/database.ts'
import { publisher } from '../../hub/publish.ts'
import type { Cursor } from './cursor.ts'
import { isLarge, type Order } from './rules.ts'
import * as store from './store.ts'

export const STATES = ['submitted', 'processing', 'completed', 'failed', 'cancelled'] as const
export type State = (typeof STATES)[number]

export interface Payment extends Order {
  readonly id: string
  readonly userId: string
  readonly state: State
  readonly reason: string | null
  readonly createdAt: Date
  /** The trace of the click that it came from. */
  readonly trace: string
  /** Until when it can be cancelled; null once it is sent or cancelled. */
  readonly dueAt: Date | null
}

/** One that was not ordered here. */
export type PastPayment = Omit<Payment, 'trace'>

export interface Step {
  readonly state: State
  readonly at: Date
}

export interface Filter {
  readonly state?: State | undefined
  readonly q?: string | undefined
}

export interface Page {
  readonly payments: readonly Payment[]
  readonly newer: Cursor | undefined
  readonly older: Cursor | undefined
}

export interface Matches {
  readonly count: number
  readonly more: boolean
}

/** `spent`: the key was used for another order, whose payment this is. */
export interface Submission {
  readonly outcome: 'created' | 'repeated' | 'spent'
  readonly payment: Payment
}

const publish = publisher('payments')
export const PAGE_SIZE = 25
const MOST_COUNTED = 1_000
/** Seconds in which a payment can be cancelled. A large one waits longer: that is when a second thought is worth most. */
const SECONDS_TO_CANCEL = { ordinary: 3, large: 600 }

/**
 * Creates the payment unless its key was spent: then it returns the payment that the key was spent on. While another
 * request is just spending the key, this one waits for it, or is refused with a `Conflict` if it would rather ask again.
 *
 * Nobody is refused for lack of money: this is a demonstration, and load tests pay tens of thousands of times. Who has paid
 * more than came in is shown as overdrawn. A bank would lock the account's balance here, and refuse.
 */
export async function submit(
  db: Database,
  userId: string,
  order: Order,
  key: string,
  whenBusy: 'wait' | 'refuse' = 'wait',
): Promise<Submission> {
  return db.transaction(async (sql) => {
    if (whenBusy === 'refuse' && !(await store.lockKey(sql, userId, key))) {
      throw new Conflict('Another request with this key is still at work. Ask again in a moment.')
    }
    const id = randomUUID()
    const fingerprint = fingerprintOf(order)
    if (!(await store.spendKey(sql, { userId, key, fingerprint, paymentId: id }))) {
      return readSpentKey(sql, userId, key, fingerprint)
    }
    const payment = await store.addPayment(sql, { id, userId, ...order }, secondsToCancel(order))
    await noteChanges(sql, [payment])
    return { outcome: 'created', payment }
  })
}

/** Cancels a submitted payment. Too late is a `Conflict`, one that is not this user's `NotFound`. */
export async function cancel(db: Database, userId: string, id: string): Promise<Payment> {
  return db.transaction(async (sql) => {
    const cancelled = await store.settle(sql, id, { from: 'submitted', to: 'cancelled', userId })
    if (cancelled) {
      await noteChanges(sql, [cancelled])
      return cancelled
    }
    const payment = await find(sql, userId, id)
    // Asked twice, from two tabs or by a second press: it is as they want it.
    if (payment.state === 'cancelled') return payment
    throw new Conflict(sayTooLate(payment))
  })
}

function sayTooLate({ state }: Payment): string {
  if (state === 'failed')
    return 'It had failed already, so it can no longer be cancelled. The money is on your account.'
  const what = state === 'completed' ? 'The payee has the money' : 'We are sending the money'
  return `${what}, so it can no longer be cancelled. If you want it back, ask the payee.`
}

/** One payment of this user. Another's does not exist for them. */
export async function find(sql: Sql, userId: string, id: string): Promise<Payment> {
  const payment = await store.findPayment(sql, userId, id)
  if (!payment) throw new NotFound('There is no such payment. Nothing happened to your money.')
  return payment
}

/** Newest first: the page that the cursor points to, or the first one. */
export async function list(sql: Sql, userId: string, filter: Filter, cursor?: Cursor): Promise<Page> {
  return pageOf(await store.listPayments(sql, userId, filter, cursor, PAGE_SIZE + 1), cursor, PAGE_SIZE)
}

/** A page of up to `limit` payments out of one more, which were read in the direction of the cursor. */
export function pageOf(found: readonly Payment[], cursor: Cursor | undefined, limit: number): Page {
  const more = found.length > limit
  const payments = found.slice(0, limit)
  const back = cursor?.toward === 'newer'
  if (back) payments.reverse()
  return {
    payments,
    // Where we came from there is at least the payment that the cursor was made of.
    newer: (back ? more : cursor !== undefined) ? cursorAt(payments[0], 'newer') : undefined,
    older: (back ? true : more) ? cursorAt(payments.at(-1), 'older') : undefined,
  }
}

/** How many payments fit a filter, counted up to a thousand; undefined without a filter. */
export async function countMatches(sql: Sql, userId: string, filter: Filter): Promise<Matches | undefined> {
  if (!filter.state && !filter.q) return undefined
  const count = await store.countPayments(sql, userId, filter, MOST_COUNTED + 1)
  return { count: Math.min(count, MOST_COUNTED), more: count > MOST_COUNTED }
}

/**
 * Writes down the new states of changed payments, publishes them and raises the tags. Call it last in a transaction, and
 * once for all of its payments: tags are locked until the commit, and two that lock them bit by bit would wait for each other.
 */
export async function noteChanges(sql: Sql, changed: readonly Payment[]): Promise<void> {
  if (changed.length === 0) return
  const times = await store.addSteps(sql, changed)
  await publish(
    sql,
    changed.map(({ id, userId, state, amount, currency, payee, reason, trace }) => ({
      type: `payment.${state}` as const,
      subject: id,
      data: { userId, amount, currency, payee, reason },
      time: times.get(id),
      trace,
    })),
  )
  await raiseTags(
    sql,
    changed.flatMap(({ id, userId }) => [`payments:${userId}`, `payment:${id}`]),
  )
}

async function readSpentKey(sql: Sql, userId: string, key: string, fingerprint: string): Promise<Submission> {
  const spent = await store.readKey(sql, userId, key)
  const payment = await find(sql, userId, spent.paymentId)
  return { outcome: spent.fingerprint === fingerprint ? 'repeated' : 'spent', payment }
}

function fingerprintOf({ amount, currency, payee, description }: Order): string {
  return createHash('sha256')
    .update(JSON.stringify([amount, currency, payee, description]))
    .digest('hex')
}

function secondsToCancel(order: Order): number {
  return isLarge(order) ? SECONDS_TO_CANCEL.large : SECONDS_TO_CANCEL.ordinary
}

function cursorAt(payment: Payment | undefined, toward: Cursor['toward']): Cursor | undefined {
  return payment && { toward, createdAt: payment.createdAt, id: payment.id }
}
