import { fragment } from '#kit'
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
    <section class="card" aria-labelledby="rates-board">
      <h2 id="rates-board">Rates</h2>
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
              <td class="num">{formatRate(rate.mid)}</td>
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
    </section>
  ),
  fallback: (
    <section class="card loose">
      <h2>Rates</h2>
      <p>
        The rates are taking a moment. Payments use the rate that is confirmed to you, never one that you cannot see.
      </p>
      <p>
        <a href="/rates">See all rates</a>
      </p>
    </section>
  ),
})
