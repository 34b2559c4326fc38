/** What an event is told as: what happened, what it means for the money, and where to see more. */
import { formatMoney } from '#kit/money.ts'
import type { accountChanges } from '../../hub/contracts/auth.ts'
import type { paymentChanges } from '../../hub/contracts/payments.ts'
import type { News } from './notes.ts'

export type PaymentChange = ReturnType<typeof paymentChanges.readOutput>['entries'][number]
export type AccountChange = ReturnType<typeof accountChanges.readOutput>['entries'][number]

/** Undefined for a state on the way: a person is told how a payment ended. */
export function tellPayment(change: PaymentChange): News | undefined {
  const { id, userId, state, amount, currency, payee, reason, at } = change
  const what = `${formatMoney({ amount, currency })} to ${payee}`
  const news = { userId, event: `payment:${id}:${state}`, href: `/payments/${id}`, at }
  switch (state) {
    case 'completed':
      return { ...news, title: `${what} has arrived.`, body: '' }
    case 'failed':
      return { ...news, title: `${what} was not sent.`, body: sentences(reason, 'The money stays on your account.') }
    case 'cancelled':
      return { ...news, title: `${what} was cancelled.`, body: 'The money stays on your account.' }
    default:
      return undefined
  }
}

const ACCOUNT: Readonly<Record<AccountChange['what'], Pick<News, 'title' | 'body' | 'href'> | undefined>> = {
  'signed-in': {
    title: 'Somebody signed in to your account.',
    body: 'If it was not you, change your password.',
    href: '/profile#change-password',
  },
  'password-changed': {
    title: 'Your password was changed.',
    body: 'If it was not you, somebody else can sign in: read what to do at once.',
    href: '/help/security',
  },
  locked: {
    title: 'Your account was locked.',
    body: 'Nobody could sign in or send money. Payments on their way went on.',
    href: '/payments',
  },
  unlocked: {
    title: 'Your account is open again.',
    body: 'You can sign in and send money as before.',
    href: '/payments',
  },
  closed: undefined,
}

/** Undefined where nobody is left to be told. */
export function tellAccount({ userId, what, at }: AccountChange): News | undefined {
  const words = ACCOUNT[what]
  return words && { ...words, userId, event: `account:${what}:${at.toISOString()}`, at }
}

function sentences(...all: readonly (string | null)[]): string {
  return all.filter(Boolean).join(' ')
}
