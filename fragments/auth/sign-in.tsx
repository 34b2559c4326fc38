/** The sign-in form. */
import { anonymousAction, fragment, Invalid, redirect, z } from '#kit'
import { ErrorSummary, Field, Hidden } from '#kit/field.tsx'
import { NEXT_LIMIT } from '#kit/next.ts'
import { Locked, signIn as openSession, REFUSED } from './auth.ts'
import { noteLocked, noteSignIn } from './events.ts'
import { placeAfterSignIn } from './next.ts'

/** One that is too long is as good as none: where to go afterwards is no reason to keep anybody from signing in. */
const NEXT = z.string().max(NEXT_LIMIT).optional().catch(undefined)

export const signIn = fragment('/_/auth/sign-in', {
  access: 'public',
  cache: 'never',
  timeout: '5s',
  input: { next: NEXT, unsent: z.enum(['1']).optional() },
  load: (_, { user }) => user?.name,

  actions: {
    enter: anonymousAction(
      {
        email: z.string('Enter your e-mail address.').max(254, 'This is too long for an e-mail address.'),
        password: z.string('Enter your password.').max(256, 'A password has at most 256 characters.'),
        next: NEXT,
      },
      async ({ email, password, next }, ctx) => {
        const signedIn = await openSession(ctx.db, { email, password }, ctx.user).catch((error: unknown) => {
          if (!(error instanceof Locked)) throw error
          noteLocked(ctx, error)
          throw new Invalid({}, error.message)
        })
        noteSignIn(ctx, signedIn)
        if (!signedIn) throw new Invalid({ email: REFUSED })
        return redirect(placeAfterSignIn(next, signedIn.account.role), { cookie: signedIn.cookie })
      },
    ),
  },

  render: (name, { input, post, form }) => (
    <>
      <h1>Sign in</h1>
      <ErrorSummary form={form} title="We could not sign you in." />
      {input.unsent && !form.action && (
        <div class="notice bad" role="alert">
          <p>
            <strong>You were away, so we signed you out.</strong> What you sent was not done: no money has moved. Sign
            in and send it again.
          </p>
        </div>
      )}
      {name && !form.action && (
        <div class="notice" role="status">
          <p>
            <strong>You are signed in as {name}.</strong> Signing in again ends that session.
          </p>
        </div>
      )}
      <form {...post.enter}>
        <Hidden name="next" value={form.values.next ?? input.next} />
        <Field form={form} name="email" label="E-mail" type="email" autocomplete="username" required />
        <Field form={form} name="password" label="Password" type="password" autocomplete="current-password" required />
        <button type="submit" class="button">
          Sign in
        </button>
      </form>
      <p>
        <small>We never ask for your password by e-mail or by telephone. If somebody does, it is not us.</small>
      </p>
    </>
  ),

  fallback: (
    <section class="card loose">
      <h1>Sign in</h1>
      <p>Signing in is taking a moment. What you have sent does not depend on it.</p>
      <p>
        <a href="/sign-in">Try again</a>
      </p>
    </section>
  ),
})
