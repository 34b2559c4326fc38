/** The bell in the header of every page: how many notes a customer has not read. */
import { fragment, z } from '#kit'
import { countUnread, type Unread } from './notes.ts'

export const bell = fragment('/_/notifications/bell', {
  access: 'public',
  cache: 'never',
  timeout: '300ms',
  tags: ['notifications:{user}'],
  styles: ['bell.css'],
  /** The page's id. */
  input: {
    place: z
      .string()
      .regex(/^[a-z0-9_-]{1,64}$/)
      .optional(),
  },
  load: (_, { db, user }) => (user?.role === 'customer' ? countUnread(db, user.id) : undefined),

  render: (unread, { input: { place } }) =>
    unread && (
      <a
        class="bell"
        href="/notifications"
        aria-label={sayUnread(unread)}
        aria-current={place === 'notifications' ? 'page' : undefined}
      >
        <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true">
          <path d="M3 18h18M5 18v-7a7 7 0 0 1 14 0v7M12 1v3M10 22h4" />
        </svg>
        {unread.count > 0 && <b class="num">{writeUnread(unread)}</b>}
      </a>
    ),

  // Nothing is right for everybody: most pages are seen by people without a bell.
  fallback: <></>,
})

/** `3`, or `99+`. */
function writeUnread({ count, more }: Unread): string {
  return more ? `${count}+` : String(count)
}

function sayUnread({ count, more }: Unread): string {
  if (count === 0) return 'Notifications, nothing unread'
  if (more) return `Notifications, more than ${count} unread`
  return `Notifications, ${count} unread`
}
