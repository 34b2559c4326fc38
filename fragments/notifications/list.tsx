/** All notes of a person, a page at a time, and what marks them as read. */
import { action, type FormTarget, fragment, redirect, z } from '#kit'
import { Card, Late } from '#kit/card.tsx'
import { Hidden } from '#kit/field.tsx'
import { Notice } from '#kit/notice.tsx'
import { CURSOR, decodeCursor, encodeCursor } from './cursor.ts'
import { Item } from './item.tsx'
import { countUnread, listPage, markAllRead, markRead, type Page, type Unread } from './notes.ts'

const ID = z.coerce.number().int().positive()
const PLACE = z.string().regex(CURSOR).optional()

export const list = fragment('/_/notifications/list', {
  access: 'customer',
  cache: 'never',
  timeout: '1s',
  tags: ['notifications:{user}'],
  styles: ['notes.css'],
  proof: { href: '/notifications', words: 'See your notifications' },
  input: { cursor: PLACE },
  load: async ({ cursor }, { db, user }) => ({
    page: await listPage(db, user.id, decodeCursor(cursor)),
    unread: await countUnread(db, user.id),
  }),

  actions: {
    read: action({ id: ID, cursor: PLACE }, async ({ id, cursor }, { db, user }) => {
      await markRead(db, user.id, id)
      // The form's address takes the place of the page's query, so the place in the list travels with the form.
      if (cursor) return redirect(addressOf(cursor))
    }),
    readAll: action({ upTo: ID }, ({ upTo }, { db, user }) => markAllRead(db, user.id, upTo)),
  },

  render: ({ page, unread }, { input: { cursor }, post, form }) => {
    if (page.notes.length === 0 && !page.newer) return <Nothing />
    return (
      <Card id="notes" title={sayUnread(unread)}>
        {form.action && (
          <Notice kind="bad" title="We could not mark that as read.">
            Press the button once more.
          </Notice>
        )}
        {unread.count > 0 && <ReadAll unread={unread} readAll={post.readAll} />}
        <ol class="notes">
          {page.notes.map((note) => (
            <Item key={note.id} note={note} read={post.read} cursor={cursor} />
          ))}
        </ol>
        <Ways page={page} />
      </Card>
    )
  },

  fallback: (
    <Late title="Your notifications" href="/payments" step="See your payments">
      Your notifications are taking a moment. Nothing is lost, and your payments go on.
    </Late>
  ),
})

function ReadAll({ unread, readAll }: { unread: Unread; readAll: FormTarget }) {
  return (
    <form {...readAll}>
      <Hidden name="upTo" value={String(unread.upTo)} />
      <button type="submit" class="button plain">
        Mark all as read
      </button>
    </form>
  )
}

function Ways({ page: { newer, older } }: { page: Page }) {
  if (!newer && !older) return null
  return (
    <nav class="pages" aria-label="More notifications">
      {newer && (
        <a class="button link" rel="prev" href={addressOf(encodeCursor(newer))}>
          Newer
        </a>
      )}
      {older && (
        <a class="button link" rel="next" href={addressOf(encodeCursor(older))}>
          Older
        </a>
      )}
    </nav>
  )
}

function Nothing() {
  return (
    <Card id="notes" title="No notifications yet" loose>
      <p>
        When a payment arrives, fails or is cancelled, and when somebody signs in to your account, you hear of it here.
      </p>
      <p>
        <a href="/payments">See your payments</a>
      </p>
    </Card>
  )
}

function sayUnread({ count, more }: Unread): string {
  if (count === 0) return 'You have read everything'
  return more ? `More than ${count} unread` : `${count} unread`
}

function addressOf(cursor: string): string {
  return `/notifications?cursor=${cursor}`
}
