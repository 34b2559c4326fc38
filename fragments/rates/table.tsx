import { fragment, z } from '#kit'
import { Card, Late } from '#kit/card.tsx'
import { Field } from '#kit/field.tsx'
import { EMPTY_FORM } from '#kit/fragment.ts'
import { AsOf, Change } from './quote.tsx'
import { BASES, formatRate, ratesAgainst, unitsOf } from './rates.ts'
import { readRates } from './store.ts'

const OPTIONS = BASES.map((currency) => ({ value: currency, label: currency }))

/** What we buy and sell at, seen from the currency of one's choice. */
export const table = fragment('/_/rates/table', {
  access: 'public',
  cache: { for: '5m', stale: '1h' },
  tags: ['rates'],
  timeout: '500ms',
  input: { base: z.enum(BASES).default('EUR') },
  load: (_, ctx) => readRates(ctx.db),
  render: (rows, { input: { base } }) => (
    <Card id="rates-table" title={`Against ${unitsOf(base)} ${base}`}>
      <form class="filter" id="base-form" method="get" action="/rates">
        <Field form={EMPTY_FORM} name="base" label="Seen from" value={base} options={OPTIONS} />
        <button type="submit" class="button plain">
          Show
        </button>
      </form>
      <table aria-labelledby="rates-table">
        <thead>
          <tr>
            <th scope="col">Currency</th>
            <th scope="col" class="num">
              We buy
            </th>
            <th scope="col" class="num">
              We sell
            </th>
            <th scope="col" class="num">
              Since yesterday
            </th>
          </tr>
        </thead>
        <tbody>
          {ratesAgainst(base, rows).map((rate) => (
            <tr key={rate.currency}>
              <th scope="row">
                {rate.currency} <small>{rate.name}</small>
              </th>
              <td class="num">{formatRate(rate.buy, unitsOf(base))}</td>
              <td class="num">{formatRate(rate.sell, unitsOf(base))}</td>
              <td class="num">
                <Change rate={rate} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <AsOf at={rows[0]?.asOf} />
    </Card>
  ),
  fallback: (
    <Late title="Rates" href="/rates" step="Try again">
      The rates are taking a moment. Nothing that you have agreed to changes.
    </Late>
  ),
})
