/** All payments of a person, a page at a time, with a filter. */
import { fragment, Island, z } from '#kit'
import { Card, Late } from '#kit/card.tsx'
import { nameMonths } from '#kit/times.tsx'
import { decodeCursor, encodeCursor } from './cursor.ts'
import Filter from './filter.island.tsx'
import { type Filter as Chosen, countMatches, list as loadList, type Page, STATES, type State } from './payments.ts'
import { nameState, PaymentsTable } from './table.tsx'

const CHOICES = [['', 'All'] as const, ...STATES.map((state) => [state, nameState(state)] as const)]

export const list = fragment('/_/payments/list', {
  access: 'customer',
  cache: 'never',
  timeout: '1s',
  tags: ['payments:{user}'],
  input: {
    state: z.enum(STATES).optional(),
    q: z.string().max(60).optional(),
    cursor: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/)
      .optional(),
  },
  load: async ({ state, q, cursor }, { db, user }) => {
    const filter = { state, q: q?.trim() }
    // A cursor that somebody made up leads to the first page.
    const page = await loadList(db, user.id, filter, decodeCursor(cursor))
    return { filter, page, matches: await countMatches(db, user.id, filter) }
  },

  render: ({ filter, page, matches }) => (
    <>
      <Island of={Filter} when="idle" props={{ states: CHOICES, state: filter.state ?? '', q: filter.q ?? '' }} />
      <div id="payments-list" data-said={sayMatches(matches)}>
        {page.payments.length ? <Found page={page} filter={filter} matches={matches} /> : <Nothing filter={filter} />}
      </div>
    </>
  ),

  fallback: (
    <Late title="Your payments" href="/payments" step="Try again">
      Your payments are taking a moment. Nothing is lost.
    </Late>
  ),
})

function Found({
  page: { payments, newer, older },
  filter,
  matches,
}: {
  page: Page
  filter: Chosen
  matches: Matches
}) {
  const first = payments[0]?.createdAt ?? new Date(0)
  const last = payments.at(-1)?.createdAt ?? first
  return (
    <Card id="list" title={nameMonths(last, first)}>
      {matches && (
        <p>
          <small>{sayMatches(matches)}</small>
        </p>
      )}
      <PaymentsTable payments={payments} heading="list" year={first.getUTCFullYear() !== last.getUTCFullYear()} />
      {(newer || older) && (
        <nav class="pages" aria-label="More payments">
          {newer && (
            <a class="button link" rel="prev" href={addressOf(filter, encodeCursor(newer))}>
              Newer
            </a>
          )}
          {older && (
            <a class="button link" rel="next" href={addressOf(filter, encodeCursor(older))}>
              Older
            </a>
          )}
        </nav>
      )}
    </Card>
  )
}

/** Of payments in a state: which they are, and that there is none. */
const WORDS: Readonly<Record<State, { kind: string; none: string }>> = {
  submitted: { kind: ' that waits to be sent', none: 'No payment is waiting to be sent right now.' },
  processing: { kind: ' that is being processed', none: 'No payment is being processed right now.' },
  completed: { kind: ' that has arrived', none: 'No payment has arrived yet.' },
  failed: { kind: ' that failed', none: 'None of your payments has failed.' },
  cancelled: { kind: ' that you cancelled', none: 'You have not cancelled any payment.' },
}
const ANY = { kind: '', none: 'You have no payment.' }

function Nothing({ filter: { state, q } }: { filter: Chosen }) {
  if (!state && !q) {
    return (
      <Card id="list" title="No payments yet" loose>
        <p>When you send a payment it stays here, with every step it takes.</p>
        <p>
          <a href="/payments/new">Send your first payment</a>
        </p>
      </Card>
    )
  }
  const { kind, none } = state ? WORDS[state] : ANY
  return (
    <Card id="list" title="No payment matches" loose>
      <p>{q ? `No payment${kind} has “${q}” in its payee or description.` : none}</p>
      <p>
        <a href="/payments">Show all payments</a>
      </p>
    </Card>
  )
}

/** How many payments a filter found; undefined without a filter. */
type Matches = Awaited<ReturnType<typeof countMatches>>

function sayMatches(matches: Matches): string {
  if (!matches) return 'All payments.'
  const { count, more } = matches
  if (more) return `More than ${count} payments match.`
  return count === 1 ? '1 payment matches.' : `${count || 'No'} payments match.`
}

function addressOf({ state, q }: Chosen, cursor: string): string {
  const query = new URLSearchParams({ ...(state && { state }), ...(q && { q }), cursor })
  return `/payments?${query}`
}
