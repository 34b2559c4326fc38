import { Include, page, z } from '#kit'
import type { close, password } from '../../fragments/auth/fragment.tsx'
import type { details, download } from '../../fragments/profile/fragment.tsx'

export default page('/profile', {
  title: 'Profile',
  access: 'customer',
  input: {
    /** What was just done here: the fragments say so where it is true. */
    saved: z.coerce.number().int().min(0).optional(),
    changed: z
      .string()
      .regex(/^[0-9a-z]{1,11}$/)
      .optional(),
  },
  render: ({ saved, changed }) => (
    <>
      <h1>Profile</h1>
      <Include<typeof details> src="/_/profile/details" saved={saved} />
      <Include<typeof password> src="/_/auth/password" changed={changed} />
      <Include<typeof download> src="/_/profile/export" />
      <Include<typeof close> src="/_/auth/close" />
    </>
  ),
})
