/** Times as people read them, in UTC, from the data alone: a page that says the same has the same bytes tomorrow. */
import type { VNode } from 'preact'

const day = format({ day: 'numeric', month: 'short' })
const dayAndYear = format({ day: 'numeric', month: 'short', year: 'numeric' })
const clock = format({ hour: '2-digit', minute: '2-digit' })
const minute = format({ day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' })
const full = format({ day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' })
const longDay = format({ day: 'numeric', month: 'long', year: 'numeric' })
const shortMonth = format({ month: 'short' })
const month = format({ month: 'long', year: 'numeric' })

/** `23 Nov`, with the year unless the heading around it has it. */
export function Day({ at, year }: { at: Date; year: boolean }): VNode {
  return <time dateTime={machine(at)}>{(year ? dayAndYear : day).format(at)}</time>
}

/** `23 November 2026` */
export function LongDay({ at }: { at: Date }): VNode {
  return <time dateTime={at.toISOString().slice(0, 10)}>{longDay.format(at)}</time>
}

/** `23 Nov 2026, 13:58 UTC`; without the zone where the heading of its column says it. */
export function Minute({ at, zone = true }: { at: Date; zone?: boolean }): VNode {
  return <time dateTime={machine(at)}>{`${minute.format(at)}${zone ? ' UTC' : ''}`}</time>
}

/** `13:58 UTC` */
export function Clock({ at }: { at: Date }): VNode {
  return <time dateTime={machine(at)}>{`${clock.format(at)} UTC`}</time>
}

/** `23 November 2026, 13:58 UTC` */
export function Moment({ at }: { at: Date }): VNode {
  return <time dateTime={machine(at)}>{`${full.format(at).replace(' at ', ', ')} UTC`}</time>
}

/** `23 November 2026`, or in short `23 Nov`: where a text is wanted and no element. */
export function nameDay(at: Date, length: 'long' | 'short' = 'long'): string {
  return (length === 'short' ? day : longDay).format(at)
}

/** `November 2026`, or in short `Nov`. */
export function nameMonth(at: Date, length: 'long' | 'short' = 'long'): string {
  return (length === 'short' ? shortMonth : month).format(at)
}

/** `November 2026`, or `December 2025 to January 2026`. */
export function nameMonths(first: Date, last: Date): string {
  const [from, to] = [month.format(first), month.format(last)]
  return from === to ? from : `${from} to ${to}`
}

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' })
}

/** To the minute: `2026-11-23T13:58Z`. */
function machine(at: Date): string {
  return `${at.toISOString().slice(0, 16)}Z`
}
