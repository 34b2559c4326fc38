import { Include, page, z } from '#kit'
import type { users } from '../../fragments/admin/fragment.tsx'

export default page('/admin/users', {
  title: 'Users',
  access: 'staff',
  input: {
    q: z.string().max(60).optional(),
    state: z.enum(['open', 'locked', 'closed']).optional(),
    role: z.enum(['customer', 'staff', 'auditor']).optional(),
    after: z.uuid().optional(),
  },
  render: ({ q, state, role, after }) => (
    <>
      <h1>Users</h1>
      <Include<typeof users> src="/_/admin/users" q={q} state={state} role={role} after={after} />
    </>
  ),
})
