/** What payments answer to other MFEs, as `hub/contracts/payments.ts` defines it. */
import { provide } from '#kit'
import * as contracts from '../../hub/contracts/payments.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { countStates, search, sumToday } from './staff.ts'
import { listHistory } from './store.ts'
import { listCredits, readBalances } from './sums.ts'

export const findPayments = provide(contracts.findPayments, async ({ cursor, limit, ...wanted }, { db }) => {
  const { payments, newer, older } = await search(db, wanted, decodeCursor(cursor), limit)
  return {
    payments: [...payments],
    newer: newer ? encodeCursor(newer) : null,
    older: older ? encodeCursor(older) : null,
  }
})

export const paymentFigures = provide(contracts.paymentFigures, async (_, { db }) => ({
  states: await countStates(db),
  today: await sumToday(db),
}))

export const exportPayments = provide(contracts.exportPayments, async ({ userId }, { db }) => ({
  data: {
    note: 'Amounts are in minor units of their currency: 1250 is 12.50 EUR, or 1250 JPY. Times are in UTC.',
    balances: await readBalances(db, userId),
    credits: await listCredits(db, userId),
    payments: await listHistory(db, userId),
  },
}))

export const readObligations = provide(contracts.readObligations, async ({ userId }, { db }) => {
  const balances = await readBalances(db, userId)
  return {
    underWay: balances.reduce((sum, { underWay }) => sum + underWay, 0),
    balances: balances
      .filter(({ balance }) => balance !== 0)
      .map(({ balance, currency }) => ({ amount: balance, currency })),
  }
})
