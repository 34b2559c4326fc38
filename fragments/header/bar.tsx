/** The bar of every page: where who asks may go, where they are, who they are, and the way out. */
import { fragment, z } from '#kit'
import { FOR_EVERYBODY, placesOf } from './places.ts'

export const bar = fragment('/_/header/bar', {
  access: 'public',
  cache: 'never',
  timeout: '300ms',
  tags: ['account:{user}'],
  /** The page's id, as in `payments-new`. */
  input: {
    place: z
      .string()
      .regex(/^[a-z0-9_-]{1,64}$/)
      .optional(),
  },
  load: ({ place }, { user }) => ({ name: user?.name, ...placesOf(user?.role, place) }),

  render: ({ name, main, own }) => (
    <>
      <nav aria-label="Main">
        {main.map(({ href, name, current }) => (
          <a key={href} href={href} aria-current={current}>
            {name}
          </a>
        ))}
      </nav>
      {own && (
        <div class="account">
          <a href={own.href} aria-label={`${own.name}, ${name}`} aria-current={own.current}>
            {name}
          </a>
          <form method="post" action="/sign-out?action=auth/sign-out.leave">
            <button type="submit" class="button link">
              Sign out
            </button>
          </form>
        </div>
      )}
    </>
  ),

  fallback: (
    <nav aria-label="Main">
      {FOR_EVERYBODY.map(([href, name]) => (
        <a key={href} href={href}>
          {name}
        </a>
      ))}
    </nav>
  ),
})
