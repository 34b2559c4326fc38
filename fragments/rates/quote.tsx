import { Moment } from '#kit/times.tsx'
import type { Rate } from './rates.ts'

/** The change since yesterday: a word and a shape, with the colour only beside them. */
export function Change({ rate }: { rate: Rate }) {
  if (rate.change === 0) return <span data-status="same">same</span>
  const way = rate.change > 0 ? 'up' : 'down'
  return (
    <>
      <span data-status={way}>{way}</span> {Math.abs(rate.change).toFixed(2)}&nbsp;%
    </>
  )
}

/** When the rates were set, as they stand on the page until new ones come. */
export function AsOf({ at }: { at: Date | undefined }) {
  if (!at) return null
  return (
    <p>
      <small>
        As of <Moment at={at} />.
      </small>
    </p>
  )
}
