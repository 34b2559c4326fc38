/** Times as staff read them, in UTC, from the data alone: a page that says the same has the same bytes tomorrow. */
import type { VNode } from 'preact'

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })

/** `23 Nov 2026, 13:58`; the heading of its column, or the text around it, says UTC. */
export function Minute({ at }: { at: Date }): VNode {
  const machine = at.toISOString()
  return <time dateTime={`${machine.slice(0, 16)}Z`}>{`${day.format(at)}, ${machine.slice(11, 16)}`}</time>
}
