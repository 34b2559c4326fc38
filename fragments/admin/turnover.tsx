/** What was sent today, and how many payments there are in each state. */
import { fragment } from '#kit'
import { Amount } from '#kit/amount.tsx'
import { Card, Late } from '#kit/card.tsx'
import { Figures } from '#kit/facts.tsx'
import { paymentFigures } from '../../hub/contracts/payments.ts'
import { PAYMENT_STATES } from './neighbours.ts'
import { Cell, Head, List, Row } from './table.tsx'
import { capitalise, countOf, formatCount } from './words.tsx'

export const turnover = fragment('/_/admin/turnover', {
  access: 'staff',
  cache: 'never',
  timeout: '2s',
  styles: ['admin.css'],
  load: async (_, { ask }) => {
    const { states, today } = await ask(paymentFigures, {})
    const counts = new Map(states.map(({ state, count }) => [state, count]))
    return { today, states: PAYMENT_STATES.map((state) => ({ state, count: counts.get(state) ?? 0 })) }
  },

  render: ({ today, states }) => (
    <>
      <Card id="today" title="Sent today" loose={today.length === 0}>
        {today.length === 0 ? (
          <p>No payment was sent since midnight UTC.</p>
        ) : (
          <List heading="today" columns={['Currency', 'Since midnight UTC', { num: 'Amount' }]}>
            {today.map(({ currency, amount, count }) => (
              <Row key={currency}>
                <Head>{currency}</Head>
                <Cell>{countOf(count, 'payment')}</Cell>
                <Cell as="num">
                  <Amount amount={amount} currency={currency} />
                </Cell>
              </Row>
            ))}
          </List>
        )}
      </Card>
      <Card id="states" title="Payments by status">
        <Figures
          figures={states.map(
            ({ state, count }) =>
              [
                capitalise(state),
                <a href={`/admin/payments?state=${state}`} aria-label={`${countOf(count, 'payment')}, ${state}`}>
                  {formatCount(count)}
                </a>,
              ] as const,
          )}
        />
        <p>
          <a href="/admin/payments">All payments</a>
        </p>
      </Card>
    </>
  ),

  fallback: (
    <Late title="Payments by status" href="/admin/payments" step="Look for a payment">
      The figures of payments are taking a moment. No payment waits for them.
    </Late>
  ),
})
