import { Include, page, z } from '#kit'
import type { close, password } from '../../fragments/auth/fragment.tsx'
import type { details, download } from '../../fragments/profile/fragment.tsx'

export default page('/profile', {
  title: 'Profile',
  access: 'customer',
  input: { done: z.enum(['details', 'password']).optional() },
  render: ({ done }) => (
    <>
      <h1>Profile</h1>
      <Include<typeof details> src="/_/profile/details" done={done} />
      <Include<typeof password> src="/_/auth/password" done={done} />
      <Include<typeof download> src="/_/profile/export" />
      <Include<typeof close> src="/_/auth/close" />
    </>
  ),
})
