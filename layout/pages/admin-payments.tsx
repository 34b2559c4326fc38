import { Include, page, z } from '#kit'
import type { payments } from '../../fragments/admin/fragment.tsx'

export default page('/admin/payments', {
  title: 'Payments of all customers',
  access: 'staff',
  input: {
    state: z.enum(['submitted', 'processing', 'completed', 'failed', 'cancelled']).optional(),
    currency: z.enum(['EUR', 'USD', 'GBP', 'CHF', 'JPY']).optional(),
    q: z.string().max(60).optional(),
    user: z.uuid().optional(),
    cursor: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/)
      .optional(),
  },
  render: ({ state, currency, q, user, cursor }) => (
    <>
      <h1>Payments of all customers</h1>
      <Include<typeof payments>
        src="/_/admin/payments"
        state={state}
        currency={currency}
        q={q}
        user={user}
        cursor={cursor}
      />
    </>
  ),
})
