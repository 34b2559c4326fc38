import { Include, page, z } from '#kit'
import type { audit } from '../../fragments/admin/fragment.tsx'
import { RIGHTS, typesConsumedBy } from '../../hub/rights.ts'

export default page('/admin/audit', {
  title: 'Audit log',
  access: 'staff',
  input: {
    type: z.enum(typesConsumedBy(RIGHTS, 'admin')).optional(),
    id: z.string().max(60).optional(),
    cursor: z
      .string()
      .regex(/^[no][0-9a-z]{1,9}-[0-9a-z]{1,9}$/)
      .optional(),
  },
  render: ({ type, id, cursor }) => (
    <>
      <h1>Audit log</h1>
      <Include<typeof audit> src="/_/admin/audit" type={type} id={id} cursor={cursor} />
    </>
  ),
})
