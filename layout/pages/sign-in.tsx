import { Include, page, z } from '#kit'
import { NEXT_LIMIT } from '#kit/next.ts'
import type { signIn } from '../../fragments/auth/fragment.tsx'

export default page('/sign-in', {
  title: 'Sign in',
  access: 'public',
  input: {
    next: z.string().max(NEXT_LIMIT).optional(),
    unsent: z.enum(['1']).optional(),
  },
  render: ({ next, unsent }) => <Include<typeof signIn> src="/_/auth/sign-in" next={next} unsent={unsent} primary />,
})
