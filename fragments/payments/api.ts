/** `/api/payments`: the same payments for programs. Amounts are minor units. */
import { endpoint, z } from '#kit'
import { BadRequest, Refusal } from '#kit/errors.ts'
import { CURSOR, decodeCursor, encodeCursor } from './cursor.ts'
import { checkAmount, ORDER } from './order.ts'
import { cancel, find, list, type Payment, STATES, submit } from './payments.ts'

/** As in the IETF's draft: visible characters, with or without the quotes of a structured field. */
const KEY = /^"?([\x21\x23-\x5b\x5d-\x7e]{1,100})"?$/

export const listPayments = endpoint('GET /api/payments', {
  summary: 'Payments, newest first, 25 at a time. Follow `older` and `newer` as `cursor`.',
  access: 'customer',
  input: {
    cursor: z.string().regex(CURSOR, 'Take the cursor from an answer.').optional(),
    state: z.enum(STATES).optional(),
  },
  async handle({ input: { cursor, state }, user }, { db }) {
    const { payments, newer, older } = await list(db, user.id, { state }, decodeCursor(cursor))
    const body = {
      payments: payments.map(describe),
      newer: newer ? encodeCursor(newer) : null,
      older: older ? encodeCursor(older) : null,
    }
    return { status: 200, body }
  },
})

export const createPayment = endpoint('POST /api/payments', {
  summary: 'Send a payment. Repeat with the same Idempotency-Key until you have an answer: it pays once.',
  access: 'customer',
  body: ORDER,
  async handle({ body, user, header }, { db }) {
    const [, key] = KEY.exec(header('idempotency-key') ?? '') ?? []
    if (!key) throw new BadRequest('Send an Idempotency-Key: 1 to 100 characters that you use for this payment only.')
    checkAmount(body)
    const { outcome, payment } = await submit(db, user.id, body, key, 'refuse')
    if (outcome === 'spent') throw new Refusal(422, `This Idempotency-Key was used for another payment: ${payment.id}.`)
    const headers = { Location: `/api/payments/${payment.id}` }
    return { status: 201, body: describe(asCreated(payment)), headers }
  },
})

export const readPayment = endpoint('GET /api/payments/:id', {
  summary: 'One payment.',
  access: 'customer',
  input: { id: z.uuid() },
  handle: async ({ input, user }, { db }) => ({ status: 200, body: describe(await find(db, user.id, input.id)) }),
})

export const cancelPayment = endpoint('DELETE /api/payments/:id', {
  summary: 'Cancel a payment while it is submitted; 409 after that.',
  access: 'customer',
  input: { id: z.uuid() },
  handle: async ({ input, user }, { db }) => ({ status: 200, body: describe(await cancel(db, user.id, input.id)) }),
})

function describe({ id, state, amount, currency, payee, description, reason, createdAt }: Payment) {
  const created = createdAt.toISOString()
  return { id, status: state, amount, currency, payee, description, ...(reason && { reason }), created }
}

/** A repeated request gets the answer of the first one, however far the payment has come since. */
function asCreated(payment: Payment): Payment {
  return { ...payment, state: 'submitted', reason: null }
}
