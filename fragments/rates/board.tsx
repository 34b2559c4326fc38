import { fragment } from '#kit'
import { Card, Late } from '#kit/card.tsx'
import { AsOf, Change } from './quote.tsx'
import { formatRate, ratesAgainst } from './rates.ts'
import { readRates } from './store.ts'

/** Middle rates in short, beside something else. */
export const board = fragment('/_/rates/board', {
  access: 'public',
  cache: { for: '5m', stale: '1h' },
  tags: ['rates'],
  timeout: '500ms',
  load: (_, ctx) => readRates(ctx.db),
  render: (rows) => (
    <Card id="rates-board" title="Rates">
      <table aria-labelledby="rates-board">
        <thead>
          <tr>
            <th scope="col">1 EUR is</th>
            <th scope="col" class="num">
              Middle rate
            </th>
            <th scope="col" class="num">
              Since yesterday
            </th>
          </tr>
        </thead>
        <tbody>
          {ratesAgainst('EUR', rows).map((rate) => (
            <tr key={rate.currency}>
              <th scope="row">
                {rate.currency} <small>{rate.name}</small>
              </th>
              <td class="num">{formatRate(rate.middle)}</td>
              <td class="num">
                <Change rate={rate} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <AsOf at={rows[0]?.asOf} />
      <p>
        <a href="/rates">All rates, buying and selling</a>
      </p>
    </Card>
  ),
  fallback: (
    <Late title="Rates" href="/rates" step="See all rates">
      The rates are taking a moment. No payment depends on them: each is taken from what you have in its currency.
    </Late>
  ),
})
