/** Closing one's account, for good. */
import { action, fragment, Island, redirect, z } from '#kit'
import { Card, Late } from '#kit/card.tsx'
import Confirm from '#kit/confirm.island.tsx'
import { Facts } from '#kit/facts.tsx'
import { ErrorSummary, Field } from '#kit/field.tsx'
import { endSession } from '#kit/session.ts'
import { WrongPassword } from './change-password.ts'
import { closeAccount } from './close-account.ts'
import { noteOwnChange, noteWrongPassword } from './events.ts'
import { MOST } from './password-rules.ts'

const QUESTION = {
  button: 'Close my account',
  title: 'Close your account for good?',
  text: 'You cannot sign in again, and nobody can open it again. Your contact details and messages are deleted.',
  yes: 'Close it for good',
  no: 'Keep my account',
}

export const close = fragment('/_/auth/close', {
  access: 'customer',
  cache: 'never',
  timeout: '5s',
  tags: ['account:{user}'],

  actions: {
    close: action(
      { password: z.string('Enter your password.').max(MOST, `A password has at most ${MOST} characters.`) },
      async ({ password }, ctx) => {
        await closeAccount(ctx.db, ctx.ask, ctx.user, password).catch((error: unknown) => {
          if (error instanceof WrongPassword) noteWrongPassword(ctx, ctx.user)
          throw error
        })
        noteOwnChange(ctx, ctx.user, 'closed')
        return redirect('/profile/closed', { cookie: await endSession(ctx.db, ctx.user.session) })
      },
    ),
  },

  render: (_, { post, form }) => (
    <Card id="close" title="Close your account">
      <ErrorSummary form={form} title="Your account was not closed." />
      <Facts
        facts={[
          ['For good', 'Nobody can sign in to it again, and we cannot open it again either.'],
          [
            'Your money',
            'Send what is left to another bank first, and pay in what is overdrawn. While there is money on the account, or a payment is under way, it stays open. Payments that are done stay done.',
          ],
          [
            'Your data',
            'Your contact details and messages are deleted. Your name, e-mail address and payments are kept for as long as the law says. Download your data first: afterwards you cannot.',
          ],
        ]}
      />
      <form {...post.close}>
        <Field
          form={form}
          name="password"
          label="Your password"
          type="password"
          autocomplete="current-password"
          required
        />
        <Island of={Confirm} when="idle" props={QUESTION} />
      </form>
    </Card>
  ),

  fallback: (
    <Late title="Close your account" href="/profile" step="Look again">
      This is taking a moment. Your account is open, as it was.
    </Late>
  ),
})
