/** Accounts by name or address, a page at a time. */
import type { VNode } from 'preact'
import { fragment, z } from '#kit'
import { Card, Late } from '#kit/card.tsx'
import { Field } from '#kit/field.tsx'
import { EMPTY_FORM } from '#kit/fragment.ts'
import { Minute } from '#kit/times.tsx'
import { findAccounts } from '../../hub/contracts/auth.ts'
import { ACCOUNT_STATES, type Account, ROLES } from './neighbours.ts'
import { Cell, Head, List, Row } from './table.tsx'
import { capitalise, choicesOf, Status } from './words.tsx'

const PAGE_SIZE = 25

export const users = fragment('/_/admin/users', {
  access: 'staff',
  cache: 'never',
  timeout: '1s',
  styles: ['admin.css'],
  input: {
    q: z.string().max(60).optional(),
    state: z.enum(ACCOUNT_STATES).optional(),
    role: z.enum(ROLES).optional(),
    after: z.uuid().optional(),
  },
  load: ({ q, ...input }, { ask }) => ask(findAccounts, { ...input, q: q?.trim() || undefined, limit: PAGE_SIZE }),

  render: ({ accounts, next }, { input: { q, state, role, after } }) => (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: browsers of our floor do not know <search>. */}
      <form class="filter sieve" method="get" action="/admin/users" role="search" aria-label="Accounts">
        <Field form={EMPTY_FORM} name="q" label="Name or e-mail" type="search" maxLength={60} value={q ?? ''} />
        <Field form={EMPTY_FORM} name="state" label="State" value={state ?? ''} options={choicesOf(ACCOUNT_STATES)} />
        <Field form={EMPTY_FORM} name="role" label="Role" value={role ?? ''} options={choicesOf(ROLES)} />
        <button type="submit" class="button plain">
          Show
        </button>
      </form>
      {accounts.length ? (
        <Card id="accounts" title={after ? 'More accounts by name' : 'Accounts by name'}>
          <List heading="accounts" columns={['Name', 'Role', 'Last sign-in (UTC)', 'State']}>
            {accounts.map((account) => (
              <AccountRow key={account.id} account={account} />
            ))}
          </List>
          {(after || next) && (
            <nav class="pages" aria-label="More accounts">
              {after && (
                <a class="button link" href={addressOf({ q, state, role })}>
                  From the start
                </a>
              )}
              {next && (
                <a class="button link" rel="next" href={addressOf({ q, state, role, after: next })}>
                  More accounts
                </a>
              )}
            </nav>
          )}
        </Card>
      ) : (
        <Card id="accounts" title="No account matches" loose>
          <p>{q ? `No account of this kind has “${q}” in its name or e-mail.` : 'There is no account of this kind.'}</p>
          <p>
            <a href="/admin/users">Show all accounts</a>
          </p>
        </Card>
      )}
    </>
  ),

  fallback: (
    <Late title="All accounts" href="/admin/users" step="Try again">
      The accounts are taking a moment. Nothing about them has changed.
    </Late>
  ),
})

function AccountRow({ account: { id, name, email, role, state, lastSeenAt } }: { account: Account }): VNode {
  return (
    <Row>
      <Head>
        <a href={`/admin/users/${id}`}>{name}</a> <small>{email}</small>
      </Head>
      <Cell>{capitalise(role)}</Cell>
      <Cell>{lastSeenAt ? <Minute at={lastSeenAt} zone={false} /> : 'Never'}</Cell>
      <Cell>
        <Status state={state} />
      </Cell>
    </Row>
  )
}

function addressOf(given: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(given)) if (value) query.set(name, value)
  return query.size ? `/admin/users?${query}` : '/admin/users'
}
