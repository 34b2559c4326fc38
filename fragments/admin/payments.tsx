/** Payments of all customers, newest first, a page at a time, with a filter. */
import type { VNode } from 'preact'
import { fragment, z } from '#kit'
import { Card, Late } from '#kit/card.tsx'
import { Field, Hidden } from '#kit/field.tsx'
import { EMPTY_FORM } from '#kit/fragment.ts'
import { CURRENCIES } from '#kit/money.ts'
import { findPayments } from '../../hub/contracts/payments.ts'
import { PAYMENT_STATES, readNames, sendersOf } from './neighbours.ts'
import { PaymentsTable } from './payments-table.tsx'
import { choicesOf } from './words.tsx'

const PAGE_SIZE = 25

interface Filter {
  readonly state?: string | undefined
  readonly currency?: string | undefined
  readonly q?: string | undefined
  readonly user?: string | undefined
}

export const payments = fragment('/_/admin/payments', {
  access: 'staff',
  cache: 'never',
  // Payments have 2 s by contract, then auth has 1 s for the names.
  timeout: '3s',
  styles: ['admin.css'],
  input: {
    state: z.enum(PAYMENT_STATES).optional(),
    currency: z.enum(CURRENCIES).optional(),
    q: z.string().max(60).optional(),
    /** Only those of one account. */
    user: z.uuid().optional(),
    cursor: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/)
      .optional(),
  },
  load: async ({ user, q, ...input }, ctx) => {
    const page = await ctx.ask(findPayments, {
      ...input,
      q: q?.trim() || undefined,
      userId: user,
      limit: PAGE_SIZE,
    })
    return { ...page, names: await readNames(ctx, sendersOf(page.payments)) }
  },

  render: ({ payments, newer, older, names }, { input: { cursor, ...filter } }) => (
    <>
      <FilterForm filter={filter} />
      {payments.length ? (
        <Card id="payments" title={titleOf(filter, names?.get(payments[0]?.userId ?? ''), cursor !== undefined)}>
          {filter.user && <OneAccount id={filter.user} />}
          <PaymentsTable heading="payments" payments={payments} names={names} />
          {(newer || older) && (
            <nav class="pages" aria-label="More payments">
              {newer && (
                <a class="button link" rel="prev" href={addressOf({ ...filter, cursor: newer })}>
                  Newer
                </a>
              )}
              {older && (
                <a class="button link" rel="next" href={addressOf({ ...filter, cursor: older })}>
                  Older
                </a>
              )}
            </nav>
          )}
        </Card>
      ) : (
        <Card id="payments" title="No payment matches" loose>
          {filter.user && <OneAccount id={filter.user} />}
          <p>{sayNoMatch(filter)}</p>
          <p>
            <a href="/admin/payments">Show all payments</a>
          </p>
        </Card>
      )}
    </>
  ),

  fallback: (
    <Late title="All payments" href="/admin/payments" step="Try again">
      The payments are taking a moment. None of them waits for this page.
    </Late>
  ),
})

/** Of all that was asked for: others may match a part of it. */
function sayNoMatch({ q, state, currency, user }: Filter): string {
  if (!q) return 'There is no payment of this kind.'
  const which = state || currency || user ? 'None of this kind' : 'None'
  return `${which} has “${q}” in its payee or description.`
}

function FilterForm({ filter: { state, currency, q, user } }: { filter: Filter }): VNode {
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers of our floor do not know <search>.
    <form class="filter sieve" method="get" action="/admin/payments" role="search" aria-label="Payments">
      <Field form={EMPTY_FORM} name="q" label="Payee or description" type="search" maxLength={60} value={q ?? ''} />
      <Field form={EMPTY_FORM} name="state" label="Status" value={state ?? ''} options={choicesOf(PAYMENT_STATES)} />
      <Field
        form={EMPTY_FORM}
        name="currency"
        label="Currency"
        value={currency ?? ''}
        options={choicesOf(CURRENCIES)}
      />
      <Hidden name="user" value={user} />
      <button type="submit" class="button plain">
        Show
      </button>
    </form>
  )
}

function OneAccount({ id }: { id: string }): VNode {
  return (
    <p>
      Only those of <a href={`/admin/users/${id}`}>one account</a>. <a href="/admin/payments">Show those of all</a>
    </p>
  )
}

function titleOf({ user }: Filter, name: string | undefined, further: boolean): string {
  if (user && name) return `Payments of ${name}`
  return further ? 'More payments, newest first' : 'Payments, newest first'
}

function addressOf(given: Filter & { cursor: string }): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(given)) if (value) query.set(name, value)
  return `/admin/payments?${query}`
}
