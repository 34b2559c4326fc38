import { Include, page, z } from '#kit'
import type { signIn } from '../../fragments/auth/fragment.tsx'

export default page('/sign-in', {
  title: 'Sign in',
  access: 'public',
  input: { next: z.string().max(300).optional() },
  render: ({ next }) => <Include<typeof signIn> src="/_/auth/sign-in" next={next} primary />,
})
