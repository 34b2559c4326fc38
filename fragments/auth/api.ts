/** `/api/session`: signing in and out without a page. */

import type { User } from '#kit'
import { endpoint, z } from '#kit'
import { SignInRequired } from '#kit/errors.ts'
import { Locked, REFUSED, signIn, signOut } from './auth.ts'
import { noteLocked, noteSignIn, noteSignOut } from './events.ts'

export const openSession = endpoint('POST /api/session', {
  summary: 'Sign in. The answer sets the session cookie.',
  access: 'public',
  body: {
    email: z.string('A text with the e-mail address is needed.').max(254),
    password: z.string('A text with the password is needed.').max(256),
  },
  async handle({ body, user }, ctx) {
    const signedIn = await signIn(ctx.db, body, user).catch((error: unknown) => {
      if (error instanceof Locked) noteLocked(ctx, error)
      throw error
    })
    noteSignIn(ctx, signedIn)
    if (!signedIn) throw new SignInRequired(REFUSED)
    const { account, cookie } = signedIn
    return { status: 201, body: { user: describe(account) }, headers: { 'Set-Cookie': cookie } }
  },
})

export const readSession = endpoint('GET /api/session', {
  summary: 'Who is signed in.',
  access: 'public',
  handle({ user }) {
    if (!user) throw new SignInRequired('Nobody is signed in.')
    return { status: 200, body: { user: describe(user) } }
  },
})

export const closeSession = endpoint('DELETE /api/session', {
  summary: 'Sign out. Answers the same whether somebody was signed in or not.',
  access: 'public',
  async handle({ user }, ctx) {
    const cookie = await signOut(ctx.db, user)
    noteSignOut(ctx, user)
    return { status: 204, headers: { 'Set-Cookie': cookie } }
  },
})

function describe({ id, name, role }: Pick<User, 'id' | 'name' | 'role'>) {
  return { id, name, role }
}
