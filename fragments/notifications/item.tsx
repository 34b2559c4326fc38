/** One note, as it stands in a list. Unread is said by a word and by weight. */
import type { VNode } from 'preact'
import type { FormTarget } from '#kit'
import { Hidden } from '#kit/field.tsx'
import { Minute } from '#kit/times.tsx'
import type { Note } from './notes.ts'

interface ItemProps {
  note: Note
  /** Where marking it as read is sent; without it there is no button. */
  read?: FormTarget
  /** The place in the list that is shown, to come back to. */
  cursor?: string | undefined
}

export function Item({ note: { id, title, body, href, at, read: isRead }, read, cursor }: ItemProps): VNode {
  return (
    <li class={isRead ? undefined : 'unread'}>
      <p>
        <a href={href}>{title}</a> {body}
      </p>
      <small>
        {!isRead && <b>Unread · </b>}
        <Minute at={at} />
      </small>
      {read && !isRead && (
        <form {...read}>
          <Hidden name="id" value={String(id)} />
          <Hidden name="cursor" value={cursor} />
          <button type="submit" class="button link" aria-label={`Mark as read: ${title}`}>
            Mark as read
          </button>
        </form>
      )}
    </li>
  )
}
