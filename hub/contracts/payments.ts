/** What payments answer to other MFEs. */
import { z } from 'zod'
import { contract, moment } from '#kit/contract.ts'
import { CURRENCIES } from '#kit/money.ts'

const STATES = ['submitted', 'processing', 'completed', 'failed', 'cancelled'] as const

/** A payment as others may know it. */
const Payment = z.object({
  id: z.uuid(),
  userId: z.uuid(),
  state: z.enum(STATES),
  /** In minor units. */
  amount: z.int(),
  currency: z.enum(CURRENCIES),
  payee: z.string(),
  description: z.string(),
  reason: z.string().nullable(),
  createdAt: moment,
})

/** Payments of all customers, newest first, a page at a time. `older` and `newer` are cursors. */
export const findPayments = contract('payments/find', {
  callers: ['admin'],
  timeout: '2s',
  input: {
    state: z.enum(STATES).optional(),
    currency: z.enum(CURRENCIES).optional(),
    /** A part of the payee or the description. */
    q: z.string().max(60).optional(),
    userId: z.uuid().optional(),
    cursor: z.string().max(64).optional(),
    limit: z.int().min(1).max(50),
  },
  output: z.object({ payments: z.array(Payment), newer: z.string().nullable(), older: z.string().nullable() }),
})

/** How many payments there are in each state, and how much was sent today (UTC) in each currency. */
export const paymentFigures = contract('payments/figures', {
  callers: ['admin'],
  timeout: '2s',
  output: z.object({
    states: z.array(z.object({ state: z.enum(STATES), count: z.int() })),
    today: z.array(z.object({ currency: z.enum(CURRENCIES), amount: z.int(), count: z.int() })),
  }),
})

/** Everything that payments hold about a person, for the person: the format is for reading, not for programs. */
export const exportPayments = contract('payments/export', {
  callers: ['profile'],
  timeout: '5s',
  input: { userId: z.uuid() },
  output: z.object({ data: z.unknown() }),
})

/** What keeps a person's account open: payments under way, and money that is left or owed. */
export const readObligations = contract('payments/obligations', {
  callers: ['auth'],
  input: { userId: z.uuid() },
  output: z.object({
    underWay: z.int(),
    /** By currency, in minor units, those that are not zero. Below zero: the person owes it. */
    balances: z.array(z.object({ amount: z.int(), currency: z.enum(CURRENCIES) })),
  }),
})
