/** The newest notes, for the overview. */
import { fragment, z } from '#kit'
import { Card, Late } from '#kit/card.tsx'
import { Item } from './item.tsx'
import { listNotes } from './store.ts'

export const recent = fragment('/_/notifications/recent', {
  access: 'customer',
  cache: 'never',
  timeout: '500ms',
  tags: ['notifications:{user}'],
  styles: ['notes.css'],
  input: { limit: z.coerce.number().int().min(1).max(20).default(3) },
  load: ({ limit }, { db, user }) => listNotes(db, user.id, undefined, limit),

  render: (notes) =>
    notes.length === 0 ? (
      <Card id="news" title="No notifications yet" loose>
        <p>When a payment arrives, you hear of it here.</p>
        <p>
          <a href="/payments">See your payments</a>
        </p>
      </Card>
    ) : (
      <Card id="news" title="Notifications">
        <ol class="notes">
          {notes.map((note) => (
            <Item key={note.id} note={note} />
          ))}
        </ol>
        <p>
          <a href="/notifications">All notifications</a>
        </p>
      </Card>
    ),

  fallback: (
    <Late title="Notifications" href="/notifications" step="All notifications">
      Your notifications are taking a moment. Nothing is lost.
    </Late>
  ),
})
