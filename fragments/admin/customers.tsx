/** How many customers there are, and how many people are signed in. */
import { fragment } from '#kit'
import { Card, Late } from '#kit/card.tsx'
import { Figures } from '#kit/facts.tsx'
import { accountFigures } from '../../hub/contracts/auth.ts'
import { ACCOUNT_STATES } from './neighbours.ts'
import { capitalise, countOf, formatCount } from './words.tsx'

export const customers = fragment('/_/admin/customers', {
  access: 'staff',
  cache: 'never',
  timeout: '1s',
  styles: ['admin.css'],
  load: async (_, { ask }) => {
    const { accounts, sessions } = await ask(accountFigures, {})
    const sum = (fits: (account: (typeof accounts)[number]) => boolean) =>
      accounts.filter(fits).reduce((total, { count }) => total + count, 0)
    return {
      sessions,
      states: ACCOUNT_STATES.map((state) => ({
        state,
        count: sum((account) => account.role === 'customer' && account.state === state),
      })),
      staff: sum(({ role }) => role === 'staff'),
      auditors: sum(({ role }) => role === 'auditor'),
    }
  },

  render: ({ sessions, states, staff, auditors }) => (
    <Card id="customers" title="Customers">
      <Figures
        figures={[
          ...states.map(
            ({ state, count }) =>
              [
                capitalise(state),
                <a
                  href={`/admin/users?role=customer&state=${state}`}
                  aria-label={`${countOf(count, 'customer')}, ${state}`}
                >
                  {formatCount(count)}
                </a>,
              ] as const,
          ),
          ['Open sessions', formatCount(sessions)],
        ]}
      />
      <p>
        <small>
          Besides them, {formatCount(staff)} of staff and {countOf(auditors, 'auditor')}. Their sessions are counted
          too.
        </small>
      </p>
      <p>
        <a href="/admin/users">All accounts</a>
      </p>
    </Card>
  ),

  fallback: (
    <Late title="Customers" href="/admin/users" step="Look for an account">
      The figures of accounts are taking a moment. Nothing about the accounts has changed.
    </Late>
  ),
})
