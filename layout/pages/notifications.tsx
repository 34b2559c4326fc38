import { Include, page, z } from '#kit'
import type { list } from '../../fragments/notifications/fragment.tsx'

export default page('/notifications', {
  title: 'Notifications',
  access: 'customer',
  input: {
    cursor: z
      .string()
      .regex(/^[no][0-9a-z]{1,9}-[0-9a-z]{1,9}$/)
      .optional(),
  },
  render: ({ cursor }) => (
    <>
      <h1>Notifications</h1>
      <Include<typeof list> src="/_/notifications/list" cursor={cursor} />
    </>
  ),
})
