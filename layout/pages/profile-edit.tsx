import { Include, page } from '#kit'
import type { edit } from '../../fragments/profile/fragment.tsx'

export default page('/profile/edit', {
  title: 'Edit your details',
  access: 'customer',
  render: () => <Include<typeof edit> src="/_/profile/edit" primary />,
})
