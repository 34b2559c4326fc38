/** What a person has, by currency, and what of it payments under way will take. */
import type { VNode } from 'preact'
import { fragment } from '#kit'
import { Amount } from '#kit/amount.tsx'
import { Card, Late } from '#kit/card.tsx'
import { Figures } from '#kit/facts.tsx'
import { keepByTag } from '#kit/keep-by-tag.ts'
import { type Currency, formatMoney } from '#kit/money.ts'
import { type Balance, readBalances } from './sums.ts'

const NAMES: Record<Currency, string> = {
  EUR: 'Euro',
  USD: 'US dollar',
  GBP: 'Pound sterling',
  CHF: 'Swiss franc',
  JPY: 'Yen',
}

/** Summed up over all payments of a person, and shown at each visit. */
const keep = keepByTag<Balance[]>()

export const balances = fragment('/_/payments/balances', {
  access: 'customer',
  cache: 'never',
  timeout: '500ms',
  tags: ['payments:{user}'],
  load: (_, { db, user }) => keep(db, `payments:${user.id}`, () => readBalances(db, user.id)),

  render: (balances) =>
    balances.length === 0 ? (
      <Card id="balances" title="No money yet" loose>
        <p>Nothing has come in and nothing has gone out. A salary or a transfer stands here as soon as it arrives.</p>
        <p>
          <a href="/help">How this portal works</a>
        </p>
      </Card>
    ) : (
      <Card id="balances" title="Balances">
        <Figures figures={balances.map((balance) => [NAMES[balance.currency], <Figure balance={balance} />])} />
        {balances.map((balance) => (
          <Remark key={balance.currency} balance={balance} />
        ))}
      </Card>
    ),

  fallback: (
    <Late title="Balances" href="/dashboard" step="Try again">
      Your balances are taking a moment. Your money is where it was.
    </Late>
  ),
})

function Figure({ balance: { balance, currency } }: { balance: Balance }): VNode {
  return (
    <span class="num">
      <Amount amount={balance} currency={currency} />
    </span>
  )
}

/** What the figure alone does not say: money that is reserved, or missing. */
function Remark({ balance: { currency, balance, reserved, underWay, available } }: { balance: Balance }): VNode | null {
  const words = (amount: number) => formatMoney({ amount, currency })
  const payments = underWay === 1 ? 'a payment' : `${underWay} payments`
  if (available < 0) {
    return (
      <p>
        <strong data-status="failed">
          {balance < 0 ? 'Overdrawn' : 'Not enough'} in {currency}.
        </strong>{' '}
        {balance < 0 && `Your payments took ${words(-balance)} more than came in. `}
        {reserved > 0 &&
          `${words(reserved)} is reserved for ${payments} under way, ${words(-available)} more than you have. `}
        Payments still go out.
      </p>
    )
  }
  if (reserved === 0) return null
  return (
    <p>
      {words(reserved)} is reserved for {payments} under way; {words(available)} is available.
    </p>
  )
}
