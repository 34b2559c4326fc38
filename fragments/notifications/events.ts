/** Hears what happened elsewhere, and tells the people it concerns. */
import type { Sql } from '#kit/database.ts'
import { consumer } from '../../hub/consumer.ts'
import { tell } from './notes.ts'
import { type AccountEvent, type PaymentEvent, tellAccount, tellPayment } from './words.ts'

const onPayment = (sql: Sql, event: PaymentEvent) => tell(sql, [tellPayment(event)])

async function onAccount(sql: Sql, event: AccountEvent): Promise<void> {
  const news = tellAccount(event)
  if (news) await tell(sql, [news])
}

export const events = consumer('notifications', {
  'payment.completed': onPayment,
  'payment.failed': onPayment,
  'payment.cancelled': onPayment,
  'user.signed-in': onAccount,
  'user.password-changed': onAccount,
  'user.locked': onAccount,
  'user.unlocked': onAccount,
  'user.closed': (sql, { data }) => tell(sql, [], [data.userId]),
})
