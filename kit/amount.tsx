/** `<Amount>`: a figure with its currency quiet beside it. The element around it is `class="num"`. */
import type { VNode } from 'preact'
import { formatAmount, type Money, toDecimal } from './money.ts'

export function Amount({ amount, currency }: Money): VNode {
  const money = { amount, currency }
  return (
    <data value={toDecimal(money)}>
      {formatAmount(money)} <small>{currency}</small>
    </data>
  )
}
