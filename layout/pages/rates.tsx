import { Include, page, z } from '#kit'
import type { table } from '../../fragments/rates/fragment.tsx'

export default page('/rates', {
  title: 'Exchange rates',
  description: 'Today’s exchange rates of Selvedge: what we buy and sell at, and how they moved since yesterday.',
  access: 'public',
  input: { base: z.enum(['EUR', 'USD', 'GBP', 'CHF', 'JPY']).optional() },
  render: ({ base }) => (
    <>
      <h1>Exchange rates</h1>
      <div class="cols">
        <div>
          <Include<typeof table> src="/_/rates/table" base={base} />
        </div>
        <div>
          <section class="card" aria-labelledby="read">
            <h2 id="read">How to read this</h2>
            <p>
              Each row says what one unit of the currency you chose is worth in another. We buy that unit from you at
              the lower rate, and sell it to you at the higher one.
            </p>
            <p>The difference between the two is all that we charge for changing money.</p>
          </section>
        </div>
      </div>
    </>
  ),
})
