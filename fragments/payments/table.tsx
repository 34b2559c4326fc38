/** Payments in a table that becomes a list on a narrow screen. */
// biome-ignore-all lint/a11y/noRedundantRoles: `display: grid` takes a table's roles away in older Safari and Firefox.
import type { VNode } from 'preact'
import { Amount } from '#kit/amount.tsx'
import { Day } from '#kit/times.tsx'
import type { Payment, State } from './payments.ts'

const NAMES: Record<State, string> = {
  submitted: 'Submitted',
  processing: 'Processing',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
}

/** What the state of a payment is called. */
export function nameState(state: State): string {
  return NAMES[state]
}

export function Status({ state }: { state: State }): VNode {
  return <span data-status={state}>{NAMES[state]}</span>
}

export function PaymentsTable({
  payments,
  heading,
  year,
}: {
  payments: readonly Payment[]
  heading: string
  year: boolean
}) {
  return (
    <table class="list" role="table" aria-labelledby={heading}>
      <thead role="rowgroup">
        <tr role="row">
          <Column name="Date" />
          <Column name="Payee" />
          <Column name="Status" />
          <Column name="Amount" num />
        </tr>
      </thead>
      <tbody role="rowgroup">
        {payments.map((payment) => (
          <PaymentRow key={payment.id} payment={payment} year={year} />
        ))}
      </tbody>
    </table>
  )
}

function Column({ name, num = false }: { name: string; num?: boolean }): VNode {
  return (
    <th role="columnheader" scope="col" class={num ? 'num' : undefined}>
      {name}
    </th>
  )
}

function PaymentRow({ payment, year }: { payment: Payment; year: boolean }): VNode {
  return (
    <tr role="row">
      <td role="cell">
        <Day at={payment.createdAt} year={year} />
      </td>
      <th role="rowheader" scope="row">
        <a href={`/payments/${payment.id}`}>{payment.payee}</a> <small>{payment.description}</small>
      </th>
      <td role="cell">
        <Status state={payment.state} />
      </td>
      <td role="cell" class="num">
        <Amount amount={payment.amount} currency={payment.currency} />
      </td>
    </tr>
  )
}
