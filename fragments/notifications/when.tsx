/** When something happened, in UTC, from the data alone: a page that says the same has the same bytes tomorrow. */
import type { VNode } from 'preact'

const full = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
})

/** `23 Nov 2026, 13:58 UTC` */
export function When({ at }: { at: Date }): VNode {
  return <time dateTime={`${at.toISOString().slice(0, 16)}Z`}>{`${full.format(at)} UTC`}</time>
}
