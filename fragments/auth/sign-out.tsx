/** Asks before signing out where no button was pressed yet, and says so once it is done. */
import { anonymousAction, fragment, redirect } from '#kit'
import { signOut as endSession } from './auth.ts'
import { noteSignOut } from './events.ts'

export const signOut = fragment('/_/auth/sign-out', {
  access: 'public',
  cache: 'never',
  timeout: '2s',
  tags: ['account:{user}'],
  load: (_, { user }) => user?.name,

  actions: {
    leave: anonymousAction({}, async (_, ctx) => {
      const cookie = await endSession(ctx.db, ctx.user)
      noteSignOut(ctx, ctx.user)
      return redirect('/sign-out', { cookie })
    }),
  },

  render: (name, { post }) =>
    name === undefined ? (
      <>
        <h1>You are signed out</h1>
        <p class="lead">Nobody can see your payments on this device until you sign in again.</p>
        <p>
          <a class="button" href="/sign-in">
            Sign in
          </a>
        </p>
      </>
    ) : (
      <>
        <h1>Sign out</h1>
        <p class="lead">You are signed in as {name}. Payments on their way go on without you.</p>
        <form {...post.leave}>
          <button type="submit" class="button">
            Sign out
          </button>
        </form>
      </>
    ),

  fallback: (
    <section class="card loose">
      <h1>Sign out</h1>
      <p>We cannot show right now whether you are signed in. Look again before you leave this device.</p>
      <p>
        <a href="/sign-out">Look again</a>
      </p>
    </section>
  ),
})
