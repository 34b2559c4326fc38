/** What payments tell and answer to other MFEs, as `hub/contracts/payments.ts` defines it. */
import { provide } from '#kit'
import { readFeed } from '#kit/feed.ts'
import * as contracts from '../../hub/contracts/payments.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { CHANGES } from './payments.ts'
import { countStates, search, sumToday } from './staff.ts'
import { countUnderWay, listHistory } from './store.ts'
import { listCredits, readBalances } from './sums.ts'

export const changes = provide(contracts.paymentChanges, async ({ after }, { db }) =>
  contracts.paymentChanges.readOutput(await readFeed(db, CHANGES, after)),
)

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

export const countOpenPayments = provide(contracts.countOpenPayments, async ({ userId }, { db }) => ({
  count: await countUnderWay(db, userId),
}))
