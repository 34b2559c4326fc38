/** Follows what other MFEs tell, and tells the people it concerns. */
import { job } from '#kit'
import type { Sql } from '#kit/database.ts'
import { followFeed } from '#kit/feed.ts'
import { accountChanges } from '../../hub/contracts/auth.ts'
import { paymentChanges } from '../../hub/contracts/payments.ts'
import { type News, tell } from './notes.ts'
import { type AccountChange, type PaymentChange, tellAccount, tellPayment } from './words.ts'

export const followPayments = job('notifications-payments', followFeed(paymentChanges, 'notifications', applyPayments))
export const followAccounts = job('notifications-accounts', followFeed(accountChanges, 'notifications', applyAccounts))

async function applyPayments(sql: Sql, changes: readonly PaymentChange[]): Promise<void> {
  await tell(sql, changes.map(tellPayment).filter(isNews))
}

async function applyAccounts(sql: Sql, changes: readonly AccountChange[]): Promise<void> {
  const closed = changes.filter(({ what }) => what === 'closed').map(({ userId }) => userId)
  await tell(sql, changes.map(tellAccount).filter(isNews), closed)
}

function isNews(news: News | undefined): news is News {
  return news !== undefined
}
