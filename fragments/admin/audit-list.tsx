/** The audit log, newest first, a page at a time, with a filter; and its head, for staff to write down. */
import type { VNode } from 'preact'
import { fragment, z } from '#kit'
import { Card, Late } from '#kit/card.tsx'
import { Field } from '#kit/field.tsx'
import { EMPTY_FORM } from '#kit/fragment.ts'
import { Minute } from '#kit/times.tsx'
import { RIGHTS, typesConsumedBy } from '../../hub/rights.ts'
import { type Head as ChainHead, type Filter, listPage, type Row as Noted, nameHead, type Page } from './audit.ts'
import { CURSOR, decodeCursor, encodeCursor } from './audit-cursor.ts'
import { readHead } from './audit-store.ts'
import { About, accountsOf, KIND_CHOICES, nameKind, Who } from './audit-words.tsx'
import { type Names, readNames } from './neighbours.ts'
import { Cell, Head, List, Row } from './table.tsx'

export const audit = fragment('/_/admin/audit', {
  access: 'staff',
  cache: 'never',
  // Auth has 1 s for the names.
  timeout: '2s',
  styles: ['admin.css'],
  input: {
    type: z.enum(typesConsumedBy(RIGHTS, 'admin')).optional(),
    /** Of an account, of a payment, or of whatever else an event is about. */
    id: z.string().max(60).optional(),
    cursor: z.string().regex(CURSOR).optional(),
  },
  load: async ({ type, id, cursor }, ctx) => {
    const filter = { type, id: id?.trim() || undefined }
    const page = await listPage(ctx.db, filter, decodeCursor(cursor))
    return {
      filter,
      page,
      head: await readHead(ctx.db),
      names: await readNames(ctx, accountsOf(page.rows)),
    }
  },

  render: ({ filter, page, head, names }, { input: { cursor } }) => (
    <>
      <FilterForm filter={filter} />
      {page.rows.length ? (
        <Card id="log" title={cursor ? 'More events, newest first' : 'Events, newest first'}>
          <Rows rows={page.rows} names={names} />
          <Ways page={page} filter={filter} />
        </Card>
      ) : (
        <Nothing filter={filter} any={head !== undefined} />
      )}
      {head && <WriteDown head={head} />}
    </>
  ),

  fallback: (
    <Late title="Audit log" href="/admin/audit" step="Try again">
      The audit log is taking a moment to show. It is complete, and goes on.
    </Late>
  ),
})

function FilterForm({ filter: { type, id } }: { filter: Filter }): VNode {
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers of our floor do not know <search>.
    <form class="filter" method="get" action="/admin/audit" role="search" aria-label="Audit log">
      <Field form={EMPTY_FORM} name="type" label="What happened" value={type ?? ''} options={KIND_CHOICES} />
      <Field
        form={EMPTY_FORM}
        name="id"
        label="Number of an account or a payment"
        type="search"
        maxLength={60}
        spellcheck={false}
        value={id ?? ''}
      />
      <button type="submit" class="button plain">
        Show
      </button>
    </form>
  )
}

function Rows({ rows, names }: { rows: readonly Noted[]; names: Names }): VNode {
  return (
    <>
      {!names && (
        <p>
          <small>Names are taking a moment, so accounts are shown by their numbers. The log is complete.</small>
        </p>
      )}
      <List heading="log" columns={['Happened (UTC)', 'What', 'Who', 'About', { num: 'Row' }]}>
        {rows.map((row) => (
          <Row key={row.position}>
            <Cell>
              <Minute at={row.happenedAt} zone={false} />
            </Cell>
            <Head>{nameKind(row.type)}</Head>
            <Cell>
              <Who row={row} names={names} />
            </Cell>
            <Cell as="payee">
              <About row={row} names={names} /> <small>Trace {row.trace}</small>
            </Cell>
            <Cell as="num">{row.position}</Cell>
          </Row>
        ))}
      </List>
    </>
  )
}

function Ways({ page: { newer, older }, filter }: { page: Page; filter: Filter }): VNode | null {
  if (!newer && !older) return null
  return (
    <nav class="pages" aria-label="More events">
      {newer && (
        <a class="button link" rel="prev" href={addressOf({ ...filter, cursor: encodeCursor(newer) })}>
          Newer
        </a>
      )}
      {older && (
        <a class="button link" rel="next" href={addressOf({ ...filter, cursor: encodeCursor(older) })}>
          Older
        </a>
      )}
    </nav>
  )
}

function Nothing({ filter: { type, id }, any }: { filter: Filter; any: boolean }): VNode {
  if (!any) {
    return (
      <Card id="log" title="Nothing has happened yet" loose>
        <p>Whatever happens to accounts and payments is noted here for good, from the first sign-in on.</p>
        <p>
          <a href="/admin">Back to the overview</a>
        </p>
      </Card>
    )
  }
  return (
    <Card id="log" title="No event matches" loose>
      <p>
        {id
          ? `Nothing${type ? ' of this kind' : ''} has happened to “${id}”. Numbers are looked for as a whole.`
          : 'Nothing of this kind has happened.'}
      </p>
      <p>
        <a href="/admin/audit">Show the whole log</a>
      </p>
    </Card>
  )
}

/** What shows later whether somebody has made the log anew. */
function WriteDown({ head }: { head: ChainHead }): VNode {
  const name = nameHead(head)
  return (
    <Card id="head" title="Chain head">
      <p>
        Row {head.position} is the newest, and <code>{name}</code> stands for it and all rows before it. Written down in
        another place, it shows later whether any of them was changed:
      </p>
      <p>
        <code>npm run audit -- verify --head {name}</code>
      </p>
    </Card>
  )
}

function addressOf(given: Filter & { cursor: string }): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(given)) if (value) query.set(name, value)
  return `/admin/audit?${query}`
}
