import { Include, page } from '#kit'
import type { closed } from '../../fragments/auth/fragment.tsx'

export default page('/profile/closed', {
  title: 'Closing your account',
  access: 'public',
  render: () => <Include<typeof closed> src="/_/auth/closed" primary />,
})
