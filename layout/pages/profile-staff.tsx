import { Include, page, z } from '#kit'
import type { password } from '../../fragments/auth/fragment.tsx'

export default page('/admin/account', {
  title: 'Your account',
  access: 'staff',
  input: {
    changed: z
      .string()
      .regex(/^[0-9a-z]{1,11}$/)
      .optional(),
  },
  render: ({ changed }) => (
    <>
      <h1>Your account</h1>
      <Include<typeof password> src="/_/auth/password" changed={changed} />
    </>
  ),
})
