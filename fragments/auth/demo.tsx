/** The demonstration accounts, while they are open; nothing in a bank that is not a demonstration. */
import { fragment } from '#kit'
import { listOpen } from './demo-store.ts'
import { DEMO_PASSWORD, DEMO_TAG, DEMO_USERS } from './seed.ts'

const CUSTOMERS = DEMO_USERS.filter(({ role }) => role === 'customer').map(({ id }) => id)

export const demo = fragment('/_/auth/demo', {
  access: 'public',
  cache: { for: '5m', stale: '1h' },
  tags: [DEMO_TAG],
  timeout: '500ms',
  load: (_, { db }) => listOpen(db, CUSTOMERS),
  render: (emails) =>
    emails.length > 0 && (
      <p>
        Sign in as{' '}
        {emails.map((email, index) => (
          <>
            {index > 0 && ' or '}
            <strong>{email}</strong>
          </>
        ))}{' '}
        with the password <strong>{DEMO_PASSWORD}</strong>. No real money is behind them.
      </p>
    ),
  fallback: (
    <p>
      One part of this page is taking a moment. <a href="/help">Look again</a>
    </p>
  ),
})
