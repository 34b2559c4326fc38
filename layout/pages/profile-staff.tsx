import { Include, page, z } from '#kit'
import type { password } from '../../fragments/auth/fragment.tsx'

export default page('/admin/account', {
  title: 'Your account',
  access: 'staff',
  input: { done: z.enum(['details', 'password']).optional() },
  render: ({ done }) => (
    <>
      <h1>Your account</h1>
      <Include<typeof password> src="/_/auth/password" done={done} />
    </>
  ),
})
