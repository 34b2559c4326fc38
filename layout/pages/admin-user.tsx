import { Include, page, z } from '#kit'
import type { user, userPayments } from '../../fragments/admin/fragment.tsx'

export default page('/admin/users/:id', {
  title: 'Account',
  access: 'staff',
  input: {
    id: z.uuid(),
    done: z.enum(['locked', 'unlocked']).optional(),
  },
  render: ({ id, done }) => (
    <>
      <Include<typeof user> src="/_/admin/user" id={id} done={done} primary />
      <Include<typeof userPayments> src="/_/admin/user-payments" id={id} />
    </>
  ),
})
