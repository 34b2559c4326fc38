/** The last payments of one account. */
import { fragment, z } from '#kit'
import { Card, Late } from '#kit/card.tsx'
import { findPayments } from '../../hub/contracts/payments.ts'
import { OwnPaymentsTable } from './payments-table.tsx'

const SHOWN = 10

export const userPayments = fragment('/_/admin/user-payments', {
  access: 'staff',
  cache: 'never',
  timeout: '2s',
  styles: ['admin.css'],
  input: { id: z.uuid() },
  load: ({ id }, { ask }) => ask(findPayments, { userId: id, limit: SHOWN }),

  render: ({ payments, older }, { input: { id } }) =>
    payments.length === 0 ? (
      <Card id="payments" title="Payments" loose>
        <p>Nothing was sent from an account of this number.</p>
      </Card>
    ) : (
      <Card id="payments" title="Payments">
        <OwnPaymentsTable heading="payments" payments={payments} />
        {older && (
          <p>
            <a href={`/admin/payments?user=${id}`}>All payments of this account</a>
          </p>
        )}
      </Card>
    ),

  fallback: (
    <Late title="Payments" href="/admin/payments" step="Look for a payment">
      The payments of this account are taking a moment. None of them waits for this page.
    </Late>
  ),
})
