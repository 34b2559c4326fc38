/** What an amount is in another currency. A form that works by itself; with JavaScript it follows what is typed. */
import { fragment, Island, z } from '#kit'
import { Card, Late } from '#kit/card.tsx'
import Converter from './converter.island.tsx'
import { AsOf } from './quote.tsx'
import { BASES, middlesOf, namesOf } from './rates.ts'
import { readRates } from './store.ts'

/** Shown before anybody has asked. */
const EXAMPLE = '100.00'

export const converter = fragment('/_/rates/converter', {
  access: 'public',
  // Every amount that somebody types would be a copy of its own.
  cache: 'never',
  tags: ['rates'],
  styles: ['rates.css'],
  timeout: '500ms',
  input: {
    amount: z.string().max(40).optional(),
    from: z.enum(BASES).optional(),
    to: z.enum(BASES).optional(),
  },
  load: (_, { db }) => readRates(db),
  render: (rows, { input: { amount, from, to } }) => (
    <Card id="convert" title="What is it worth?">
      <Island
        of={Converter}
        when="idle"
        props={{
          // A form that was sent without an amount is not the form that nobody has touched.
          amount: amount ?? (from || to ? '' : EXAMPLE),
          from: from ?? 'EUR',
          to: to ?? (from === 'USD' ? 'EUR' : 'USD'),
          currencies: namesOf(rows),
          middles: middlesOf(rows),
        }}
      />
      <AsOf at={rows[0]?.asOf} />
    </Card>
  ),
  fallback: (
    <Late title="What is it worth?" href="/rates" step="Try again">
      The converter is taking a moment. Your money is where it was: a payment changes none of it into another currency.
    </Late>
  ),
})
