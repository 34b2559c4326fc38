import { Include, page, z } from '#kit'
import type { list } from '../../fragments/payments/fragment.tsx'

export default page('/payments', {
  title: 'Payments',
  access: 'customer',
  input: {
    state: z.enum(['submitted', 'processing', 'completed', 'failed', 'cancelled']).optional(),
    q: z.string().max(60).optional(),
    cursor: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/)
      .optional(),
  },
  render: ({ state, q, cursor }) => (
    <>
      <div class="head">
        <h1>Payments</h1>
        <a class="button" href="/payments/new">
          New payment
        </a>
      </div>
      <Include<typeof list> src="/_/payments/list" state={state} q={q} cursor={cursor} />
    </>
  ),
})
