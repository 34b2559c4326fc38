/** What an event is told as: what happened, what it means for the money, and where to see more. */
import { formatMoney } from '#kit/money.ts'
import type { AnyEvent } from '../../hub/consumer.ts'
import type { News } from './notes.ts'

export type PaymentEvent = AnyEvent<'payment.completed' | 'payment.failed' | 'payment.cancelled'>
export type AccountEvent = AnyEvent<'user.signed-in' | 'user.password-changed' | 'user.locked' | 'user.unlocked'>

/** A person is told how a payment ended. */
export function tellPayment({ type, subject, time: at, data }: PaymentEvent): News {
  const { userId, amount, currency, payee, reason } = data
  const what = `${formatMoney({ amount, currency })} to ${payee}`
  const news = { userId, event: `${type}:${subject}`, href: `/payments/${subject}`, at }
  switch (type) {
    case 'payment.completed':
      return { ...news, title: `${what} has arrived.`, body: '' }
    case 'payment.failed':
      return { ...news, title: `${what} was not sent.`, body: sentences(reason, 'The money stays on your account.') }
    case 'payment.cancelled':
      return { ...news, title: `${what} was cancelled.`, body: 'The money stays on your account.' }
  }
}

const ACCOUNT: Readonly<Record<AccountEvent['type'], Pick<News, 'title' | 'body' | 'href'>>> = {
  'user.signed-in': {
    title: 'Somebody signed in to your account.',
    body: 'If it was not you, change your password.',
    href: '/profile#change-password',
  },
  'user.password-changed': {
    title: 'Your password was changed.',
    body: 'If it was not you, somebody else can sign in: read what to do at once.',
    href: '/help/security',
  },
  'user.locked': {
    title: 'Your account was locked.',
    body: 'Nobody could sign in or send money. Payments on their way went on.',
    href: '/payments',
  },
  'user.unlocked': {
    title: 'Your account is open again.',
    body: 'You can sign in and send money as before.',
    href: '/payments',
  },
}

/** Undefined where no customer is to be told: staff have no notes. */
export function tellAccount({ type, id, time: at, data: { userId, role } }: AccountEvent): News | undefined {
  return role === 'customer' ? { ...ACCOUNT[type], userId, event: `${type}:${id}`, at } : undefined
}

function sentences(...all: readonly (string | null)[]): string {
  return all.filter(Boolean).join(' ')
}
