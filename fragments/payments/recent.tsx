/** The newest payments, for the overview. */
import { fragment, z } from '#kit'
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
      <section class="card loose" aria-labelledby="recent">
        <h2 id="recent">No payments yet</h2>
        <p>When you send a payment it stays here, with every step it takes.</p>
        <p>
          <a href="/payments/new">Send your first payment</a>
        </p>
      </section>
    ) : (
      <section class="card" aria-labelledby="recent">
        <h2 id="recent">Recent payments</h2>
        <PaymentsTable payments={payments} heading="recent" year />
        <p>
          <a href="/payments">All payments</a>
        </p>
      </section>
    ),

  fallback: (
    <section class="card loose" aria-labelledby="recent">
      <h2 id="recent">Recent payments</h2>
      <p>Your payments are taking a moment. Nothing is lost.</p>
      <p>
        <a href="/payments">All payments</a>
      </p>
    </section>
  ),
})
