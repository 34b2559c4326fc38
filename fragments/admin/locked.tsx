/** Customers who are locked out. */
import { fragment } from '#kit'
import { Card, Late } from '#kit/card.tsx'
import { findAccounts } from '../../hub/contracts/auth.ts'

const SHOWN = 5

export const locked = fragment('/_/admin/locked', {
  access: 'staff',
  cache: 'never',
  timeout: '1s',
  styles: ['admin.css'],
  load: (_, { ask }) => ask(findAccounts, { state: 'locked', limit: SHOWN }),

  render: ({ accounts, next }) =>
    accounts.length === 0 ? (
      <Card id="locked" title="Locked accounts" loose>
        <p>No account is locked.</p>
      </Card>
    ) : (
      <Card id="locked" title="Locked accounts">
        <ul class="people">
          {accounts.map(({ id, name, email }) => (
            <li key={id}>
              <a href={`/admin/users/${id}`}>{name}</a> <small>{email}</small>
            </li>
          ))}
        </ul>
        {next && (
          <p>
            <a href="/admin/users?state=locked">All locked accounts</a>
          </p>
        )}
      </Card>
    ),

  fallback: (
    <Late title="Locked accounts" href="/admin/users?state=locked" step="Look for locked accounts">
      Locked accounts are taking a moment to show. They stay locked.
    </Late>
  ),
})
