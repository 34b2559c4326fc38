/** How the rates came to be what they are: one line a currency, all of them or the one that was chosen. */
import { fragment, z } from '#kit'
import { Card, Late } from '#kit/card.tsx'
import { type ChartFigure, LineChart } from '#kit/chart.tsx'
import { Field } from '#kit/field.tsx'
import { EMPTY_FORM } from '#kit/fragment.ts'
import { nameDay } from '#kit/times.tsx'
import { formatRate } from './rates.ts'
import { type PastRate, type RateRow, readHistory, readRates } from './store.ts'

export const CURRENCIES = ['USD', 'GBP', 'JPY', 'CHF'] as const
export const PERIODS = ['30', '60', '120'] as const

const ALL = { value: '', label: 'All' }
const LENGTHS = PERIODS.map((days) => ({ value: days, label: `${days} days` }))

export const history = fragment('/_/rates/history', {
  access: 'public',
  cache: { for: '5m', stale: '1h' },
  tags: ['rates'],
  styles: ['rates.css', 'kit/chart.css'],
  timeout: '700ms',
  input: { currency: z.enum(CURRENCIES).optional(), days: z.enum(PERIODS).default('30') },
  load: async ({ currency, days }, { db }) => ({
    rates: await readRates(db),
    past: await readHistory(db, Number(days), currency),
  }),
  render: ({ rates, past }, { input: { currency, days } }) => (
    <Card id="history" title={`The last ${days} days`}>
      <p>
        What one euro was worth when each day ended, and what it is worth now. Where a line rises, a euro buys more.
      </p>
      <Choice rates={rates} currency={currency} days={days} />
      <div class={currency ? undefined : 'charts'}>
        {rates
          .filter((rate) => !currency || rate.currency === currency)
          .map((rate) => (
            <RateChart key={rate.currency} rate={rate} past={past} />
          ))}
      </div>
    </Card>
  ),
  fallback: (
    <Late title="How the rates moved" href="/rates" step="Try again">
      The charts are taking a moment. The rates themselves are in the table.
    </Late>
  ),
})

function RateChart({ rate, past }: { rate: RateRow; past: readonly PastRate[] }) {
  const ended = past.filter(({ currency }) => currency === rate.currency).map(({ day, mid }) => pointOf(day, mid))
  const now = pointOf(rate.asOf.toISOString().slice(0, 10), rate.mid)
  const points = [...ended.filter(({ name }) => name !== now.name), now]
  return (
    <LineChart
      id={`history-${rate.currency}`}
      title={rate.name}
      points={points}
      columns={['Day', '1 EUR is']}
      summary={`${rate.name}. ${describe(points, now)}`}
    />
  )
}

interface ChoiceProps {
  rates: readonly RateRow[]
  currency: string | undefined
  days: string
}

function Choice({ rates, currency, days }: ChoiceProps) {
  return (
    <form class="choice" id="history-form" method="get" action="/rates#history">
      <Field
        form={EMPTY_FORM}
        name="currency"
        label="Currency"
        value={currency ?? ''}
        options={[ALL, ...rates.map((rate) => ({ value: rate.currency, label: rate.name }))]}
      />
      <Field form={EMPTY_FORM} name="days" label="Period" value={days} options={LENGTHS} />
      <button type="submit" class="button plain">
        Show
      </button>
    </form>
  )
}

function pointOf(day: string, mid: string): ChartFigure {
  const date = new Date(day)
  return { label: nameDay(date, 'short'), name: nameDay(date), value: Number(mid), shown: formatRate(mid) }
}

function describe(points: readonly ChartFigure[], now: ChartFigure): string {
  const byValue = points.toSorted((a, b) => a.value - b.value)
  const [lowest, highest] = [byValue[0] ?? now, byValue.at(-1) ?? now]
  return (
    `One euro was worth most on ${highest.name}, ${highest.shown}, and least on ${lowest.name}, ${lowest.shown}. ` +
    `Now it is ${now.shown}.`
  )
}
