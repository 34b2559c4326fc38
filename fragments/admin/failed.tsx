/** Payments that failed: how large their share is, and the last of them. */
import { fragment } from '#kit'
import { Card, Late } from '#kit/card.tsx'
import { findPayments, paymentFigures } from '../../hub/contracts/payments.ts'
import { readNames, sendersOf } from './neighbours.ts'
import { PaymentsTable } from './payments-table.tsx'
import { formatCount } from './words.tsx'

const SHOWN = 5

export const failed = fragment('/_/admin/failed', {
  access: 'staff',
  cache: 'never',
  // Payments have 2 s by contract, then auth has 1 s for the names.
  timeout: '3s',
  styles: ['admin.css'],
  load: async (_, ctx) => {
    const [{ states }, { payments }] = await Promise.all([
      ctx.ask(paymentFigures, {}),
      ctx.ask(findPayments, { state: 'failed', limit: SHOWN }),
    ])
    const countOf = (wanted: string) => states.find(({ state }) => state === wanted)?.count ?? 0
    return {
      payments,
      failed: countOf('failed'),
      completed: countOf('completed'),
      names: await readNames(ctx, sendersOf(payments)),
    }
  },

  render: ({ payments, failed, completed, names }) =>
    payments.length === 0 ? (
      <Card id="failed" title="Failed payments" loose>
        <p>No payment has failed.</p>
      </Card>
    ) : (
      <Card id="failed" title="Failed payments">
        <p>{sayShare(failed, failed + completed)}</p>
        <PaymentsTable heading="failed" payments={payments} names={names} />
        <p>
          <a href="/admin/payments?state=failed">All failed payments</a>
        </p>
      </Card>
    ),

  fallback: (
    <Late title="Failed payments" href="/admin/payments?state=failed" step="Look for failed payments">
      Failed payments are taking a moment to show.
    </Late>
  ),
})

/** `126 of 5,040 payments that came to an end failed: 2.5 %.` */
export function sayShare(failed: number, ended: number): string {
  const share = (Math.round((failed / ended) * 1_000) / 10).toFixed(1)
  return `${formatCount(failed)} of ${formatCount(ended)} payments that came to an end failed: ${share} %.`
}
