import { Include, page, z } from '#kit'
import type { converter, history, table } from '../../fragments/rates/fragment.tsx'

const currency = z.enum(['EUR', 'USD', 'GBP', 'CHF', 'JPY']).optional()

export default page('/rates', {
  title: 'Exchange rates',
  description:
    'Today’s exchange rates of Selvedge: what we buy and sell at, how they moved, and what your money is worth elsewhere.',
  access: 'public',
  input: {
    base: currency,
    amount: z.string().max(40).optional(),
    from: currency,
    to: currency,
    currency: z.enum(['USD', 'GBP', 'JPY', 'CHF']).optional(),
    days: z.enum(['30', '60', '120']).optional(),
  },
  render: ({ base, amount, from, to, currency, days }) => (
    <>
      <h1>Exchange rates</h1>
      <div class="cols">
        <div>
          <Include<typeof table> src="/_/rates/table" base={base} />
          <p>
            Each row says what that much of the currency you chose is worth in another. We buy it from you at the lower
            rate, and sell it to you at the higher one. The difference is all that we charge for changing money.
          </p>
        </div>
        <div>
          <Include<typeof converter>
            src="/_/rates/converter"
            amount={amount}
            from={from}
            to={to}
            base={base}
            currency={currency}
            days={days}
          />
        </div>
      </div>
      <Include<typeof history> src="/_/rates/history" currency={currency} days={days} />
    </>
  ),
})
