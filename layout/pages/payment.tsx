import { Include, page, z } from '#kit'
import type { detail } from '../../fragments/payments/fragment.tsx'

export default page('/payments/:id', {
  title: 'Payment',
  access: 'customer',
  input: { id: z.uuid() },
  render: ({ id }) => <Include<typeof detail> src="/_/payments/detail" id={id} primary />,
})
