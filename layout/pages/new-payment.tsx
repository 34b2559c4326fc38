import { Include, page } from '#kit'
import type { create } from '../../fragments/payments/fragment.tsx'

export default page('/payments/new', {
  title: 'New payment',
  access: 'customer',
  render: () => <Include<typeof create> src="/_/payments/create" primary />,
})
