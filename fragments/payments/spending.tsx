/** What went out by month, in EUR: a year, with the current month, which goes on. */
import { fragment } from '#kit'
import { Card, Late } from '#kit/card.tsx'
import { BarChart } from '#kit/chart.tsx'
import { keepByTag } from '#kit/keep-by-tag.ts'
import { formatMoney, type Money } from '#kit/money.ts'
import { nameMonth } from '#kit/times.tsx'
import { readSpending, type Spending } from './sums.ts'

const MONTHS = 12

const keep = keepByTag<Spending>()

export const spending = fragment('/_/payments/spending', {
  access: 'customer',
  cache: 'never',
  timeout: '500ms',
  // A new month begins without a tag: page versions change every day (UTC), and months with them.
  tags: ['payments:{user}'],
  styles: ['kit/chart.css'],
  load: (_, { db, user }) => keep(db, `payments:${user.id}`, () => readSpending(db, user.id, MONTHS)),

  render: (spending) =>
    isNothing(spending) ? (
      <Card id="spending" title="Nothing spent yet" loose>
        <p>Completed payments of the last twelve months are added up here, month by month.</p>
        <p>
          <a href="/payments/new">Send a payment</a>
        </p>
      </Card>
    ) : (
      <Card id="spending" title="Spending">
        <Year spending={spending} />
        {spending.others.length > 0 && (
          <p>In other currencies, in the same twelve months: {listInWords(spending.others)}.</p>
        )}
      </Card>
    ),

  fallback: (
    <Late title="Spending" href="/payments" step="See your payments">
      Your spending is taking a moment to add up. Nothing is lost.
    </Late>
  ),
})

function Year({ spending: { months } }: { spending: Spending }) {
  const bars = months.map(({ start, amount }, index) => ({
    label: nameMonth(start, 'short'),
    name: index === months.length - 1 ? `${nameMonth(start)} so far` : nameMonth(start),
    value: amount,
    shown: formatMoney({ amount, currency: 'EUR' }),
  }))
  return (
    <BarChart
      id="spending-year"
      title={bars.at(-1)?.name ?? ''}
      bars={bars}
      summary={summarise(bars)}
      columns={['Month', 'Spent']}
    />
  )
}

function summarise(bars: readonly { name: string; value: number; shown: string }[]): string {
  const highest = bars.reduce((most, bar) => (bar.value > most.value ? bar : most))
  const last = bars.at(-1)
  return `Spent in EUR by month. The most: ${highest.shown} in ${highest.name}. ${last?.name}: ${last?.shown}.`
}

function isNothing({ months, others }: Spending): boolean {
  return others.length === 0 && months.every(({ amount }) => amount === 0)
}

/** `1.00 USD, 2.00 GBP and 3 JPY` */
function listInWords(amounts: readonly Money[]): string {
  return new Intl.ListFormat('en-GB').format(amounts.map(formatMoney))
}
