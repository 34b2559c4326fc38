/** What an amount is in another currency. A form that works by itself; with JavaScript it follows what is typed. */
import { fragment, Island, z } from '#kit'
import { Card, Late } from '#kit/card.tsx'
import Converter from './converter.island.tsx'
import { CURRENCIES, PERIODS } from './history.tsx'
import { AsOf } from './quote.tsx'
import { BASES, middlesOf, namesOf } from './rates.ts'
import { readRates } from './store.ts'

/** Shown before anybody has asked. */
const EXAMPLE = '100.00'

export const converter = fragment('/_/rates/converter', {
  access: 'public',
  // Every amount that somebody types would be a copy of its own. So it is here that all that was chosen on the page is
  // put into its forms: the other fragments are kept, and know only what is theirs.
  cache: 'never',
  tags: ['rates'],
  styles: ['rates.css'],
  timeout: '500ms',
  input: {
    amount: z.string().max(40).optional(),
    from: z.enum(BASES).optional(),
    to: z.enum(BASES).optional(),
    base: z.enum(BASES).optional(),
    currency: z.enum(CURRENCIES).optional(),
    days: z.enum(PERIODS).optional(),
  },
  load: (_, { db }) => readRates(db),
  render: (rows, { input: { amount, from, to, base, currency, days } }) => (
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
      {/* What it converts itself, the converter gives to the others: it changes while it is typed. */}
      <Carried form="convert-form" values={{ base, currency, days }} />
      <Carried form="base-form" values={{ currency, days }} />
      <Carried form="history-form" values={{ base }} />
      <AsOf at={rows[0]?.asOf} />
    </Card>
  ),
  fallback: (
    <Late title="What is it worth?" href="/rates" step="Try again">
      The converter is taking a moment. Your money is where it was: a payment changes none of it into another currency.
    </Late>
  ),
})

interface CarriedProps {
  /** The form to be sent with, wherever on the page it is. Where there is none, nothing is sent. */
  form: 'base-form' | 'convert-form' | 'history-form'
  values: Readonly<Record<string, string | undefined>>
}

/** What was chosen in another form of the page: all of them lead to one address, and none is to forget the others. */
function Carried({ form, values }: CarriedProps) {
  const chosen = Object.entries(values).filter(([, value]) => value !== undefined)
  return chosen.map(([name, value]) => <input key={name} type="hidden" form={form} name={name} value={value} />)
}
