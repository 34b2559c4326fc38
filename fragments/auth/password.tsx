/** Changing one's password, for whoever is signed in: customers, staff and auditors. */
import { anonymousAction, fragment, redirect, z } from '#kit'
import { Card, Late } from '#kit/card.tsx'
import { SignInRequired } from '#kit/errors.ts'
import { ErrorSummary, Field } from '#kit/field.tsx'
import { Notice } from '#kit/notice.tsx'
import { changePassword, WrongPassword } from './change-password.ts'
import { noteOwnChange, noteWrongPassword } from './events.ts'
import { LEAST, MOST } from './password-rules.ts'
import { findById } from './store.ts'

const typed = (missing: string) => z.string(missing).max(MOST, `A password has at most ${MOST} characters.`)

export const password = fragment('/_/auth/password', {
  // Not `customer`: staff have passwords too. Nobody but who is signed in gets anything.
  access: 'public',
  cache: 'never',
  timeout: '5s',
  tags: ['account:{user}'],
  input: {
    /** When it was just changed. Compared with when that last was, so that an old address says nothing. */
    changed: z
      .string()
      .regex(/^[0-9a-z]{1,11}$/)
      .optional(),
  },
  load: async ({ changed }, { db, user }) => {
    const account = user && (await findById(db, user.id))
    if (!account) throw new SignInRequired()
    const { email, passwordChangedAt: at } = account
    return { email, isChanged: at !== null && changed === stampOf(at) }
  },

  actions: {
    change: anonymousAction(
      {
        current: typed('Enter the password you have now.'),
        next: typed('Enter a new password.'),
        again: typed('Enter the new password once more.'),
      },
      async (fields, ctx) => {
        const { user } = ctx
        if (!user) throw new SignInRequired()
        const at = await changePassword(ctx.db, user, fields).catch((error: unknown) => {
          if (error instanceof WrongPassword) noteWrongPassword(ctx, user)
          throw error
        })
        noteOwnChange(ctx, user, 'password-changed')
        const [path] = ctx.page.split('?')
        return redirect(`${path || '/profile'}?changed=${stampOf(at)}#change-password`)
      },
      { secret: ['current', 'next', 'again'] },
    ),
  },

  render: ({ email, isChanged }, { post, form }) => (
    <Card id="change-password" title="Password">
      {isChanged && !form.action && (
        <Notice title="Your password is changed.">
          Wherever else you were signed in, you are signed out now. This device stays signed in.
        </Notice>
      )}
      <ErrorSummary form={form} title="Your password was not changed." />
      <p>
        Use at least {LEAST} characters. A few words that you can remember are better than signs that you cannot.
        Changing it signs you out everywhere else.
      </p>
      <form {...post.change}>
        {/* For password managers: whose password it is. Not sent. */}
        <div hidden>
          <input type="email" autocomplete="username" value={email} aria-label="E-mail" readOnly />
        </div>
        <Field
          form={form}
          name="current"
          label="Current password"
          type="password"
          autocomplete="current-password"
          required
        />
        <Field form={form} name="next" label="New password" type="password" autocomplete="new-password" required />
        <Field
          form={form}
          name="again"
          label="New password, once more"
          type="password"
          autocomplete="new-password"
          required
        />
        <button type="submit" class="button plain">
          Change password
        </button>
      </form>
    </Card>
  ),

  fallback: (
    <Late title="Password" href="?" step="Look again">
      Changing your password is taking a moment. It is as it was.
    </Late>
  ),
})

/** A time as it stands in an address: milliseconds in base 36. */
function stampOf(at: Date): string {
  return at.getTime().toString(36)
}
