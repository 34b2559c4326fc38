/** The account area in the header of every page. */
import { fragment } from '#kit'

export const account = fragment('/_/auth/account', {
  access: 'public',
  cache: 'never',
  timeout: '300ms',
  tags: ['account:{user}'],
  load: (_, { user }) => user?.name,
  render: (name) => (
    <div class="account">
      {name === undefined ? (
        <a href="/sign-in">Sign in</a>
      ) : (
        <>
          <small>{name}</small>
          <form method="post" action="/sign-out?action=auth/sign-out.leave">
            <button type="submit" class="button link">
              Sign out
            </button>
          </form>
        </>
      )}
    </div>
  ),
  // Right for everybody: who is signed out is asked to sign in there.
  fallback: (
    <div class="account">
      <a href="/dashboard">Your account</a>
    </div>
  ),
})
