import { Include, page } from '#kit'
import type { signOut } from '../../fragments/auth/fragment.tsx'

export default page('/sign-out', {
  title: 'Sign out',
  access: 'public',
  render: () => <Include<typeof signOut> src="/_/auth/sign-out" primary />,
})
