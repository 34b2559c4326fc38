/** The newest payments, for the overview. */
import { fragment, z } from '#kit'
import { Card, Late } from '#kit/card.tsx'
import { listPayments } from './store.ts'
import { PaymentsTable } from './table.tsx'

export const recent = fragment('/_/payments/recent', {
  access: 'customer',
  cache: 'never',
  timeout: '500ms',
  tags: ['payments:{user}'],
  input: { limit: z.coerce.number().int().min(1).max(50).default(5) },
  load: ({ limit }, { db, user }) => listPayments(db, user.id, {}, undefined, limit),

  render: (payments) =>
    payments.length === 0 ? (
      <Card id="recent" title="No payments yet" loose>
        <p>When you send a payment it stays here, with every step it takes.</p>
        <p>
          <a href="/payments/new">Send your first payment</a>
        </p>
      </Card>
    ) : (
      <Card id="recent" title="Recent payments">
        <PaymentsTable payments={payments} heading="recent" year />
        <p>
          <a href="/payments">All payments</a>
        </p>
      </Card>
    ),

  fallback: (
    <Late title="Recent payments" href="/payments" step="All payments">
      Your payments are taking a moment. Nothing is lost.
    </Late>
  ),
})
