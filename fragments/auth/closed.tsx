/** Where somebody arrives who has just closed their account. Anybody else may come by a link: it says what is true for all. */
import { fragment } from '#kit'
import { Late } from '#kit/card.tsx'

export const closed = fragment('/_/auth/closed', {
  access: 'public',
  cache: 'never',
  timeout: '500ms',
  tags: ['account:{user}'],
  load: (_, { user }) => user?.name,

  render: (name) =>
    name === undefined ? (
      <>
        <h1>When an account is closed</h1>
        <p class="lead">
          If you have just closed your account, that is done: nobody can sign in to it any more. Thank you for having
          been with us.
        </p>
        <p>
          Contact details and messages are deleted with an account. Payments that were done stay done; we keep them,
          with your name and e-mail address, for as long as the law says, and for nothing else. Something is not right?
          Write to help@selvedge.example.
        </p>
        <p>
          <a class="button" href="/">
            Go to the start page
          </a>
        </p>
      </>
    ) : (
      <>
        <h1>Your account is open</h1>
        <p class="lead">You are signed in as {name}. Nothing was closed.</p>
        <p>
          <a class="button" href="/profile">
            Go to your profile
          </a>
        </p>
      </>
    ),

  fallback: (
    <Late title="Your account" level={1} href="/profile/closed" step="Look again">
      We cannot show right now whether your account is closed. Nothing about it changes by that.
    </Late>
  ),
})
