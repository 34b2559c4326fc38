/** Payments as staff see them: whose, to whom, when, how much, and what became of them. Nothing more is needed. */
import type { VNode } from 'preact'
import { Amount } from '#kit/amount.tsx'
import { Minute } from '#kit/times.tsx'
import type { Names, Payment } from './neighbours.ts'
import { Cell, Head, List, Row } from './table.tsx'
import { Status } from './words.tsx'

interface PaymentsProps {
  heading: string
  payments: readonly Payment[]
  names: Names
}

/** Of several customers. */
export function PaymentsTable({ heading, payments, names }: PaymentsProps): VNode {
  return (
    <>
      {!names && (
        <p>
          <small>Names are taking a moment, so accounts are shown by their numbers. The payments are complete.</small>
        </p>
      )}
      <List heading={heading} columns={['Ordered (UTC)', 'Customer', 'Payee', 'Status', { num: 'Amount' }]}>
        {payments.map((payment) => (
          <PaymentRow
            key={payment.id}
            payment={payment}
            customer={<a href={`/admin/users/${payment.userId}`}>{names?.get(payment.userId) ?? payment.userId}</a>}
          />
        ))}
      </List>
    </>
  )
}

/** Of one customer, whom the page is about. */
export function OwnPaymentsTable({ heading, payments }: Omit<PaymentsProps, 'names'>): VNode {
  return (
    <List heading={heading} columns={['Ordered (UTC)', 'Payee', 'Status', { num: 'Amount' }]}>
      {payments.map((payment) => (
        <PaymentRow key={payment.id} payment={payment} />
      ))}
    </List>
  )
}

function PaymentRow({ payment, customer }: { payment: Payment; customer?: VNode }): VNode {
  const { createdAt, payee, state, reason, amount, currency } = payment
  // The reason is in the words that the customer was told.
  const told = (
    <>
      {payee} {reason && <small>“{reason}”</small>}
    </>
  )
  return (
    <Row>
      <Cell>
        <Minute at={createdAt} zone={false} />
      </Cell>
      <Head>{customer ?? told}</Head>
      {customer && <Cell as="payee">{told}</Cell>}
      <Cell>
        <Status state={state} />
      </Cell>
      <Cell as="num">
        <Amount amount={amount} currency={currency} />
      </Cell>
    </Row>
  )
}
