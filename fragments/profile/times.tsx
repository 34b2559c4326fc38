/** Days as people read them, in UTC, from the data alone. */
import type { VNode } from 'preact'

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })

/** `23 November 2026` */
export function Day({ at }: { at: Date }): VNode {
  return <time dateTime={at.toISOString().slice(0, 10)}>{day.format(at)}</time>
}
