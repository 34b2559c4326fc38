/** `/api/rates`: the same rates for programs. Rates are decimals as text: to read them as floats is to change them. */
import { endpoint, z } from '#kit'
import { NotFound } from '#kit/errors.ts'
import { BASES, ratesAgainst } from './rates.ts'
import { readRates } from './store.ts'

export const listRates = endpoint('GET /api/rates', {
  summary: 'How much of each currency one unit of `base` is: at the middle, when we buy that unit, when we sell it.',
  access: 'public',
  input: { base: z.enum(BASES).default('EUR') },
  async handle({ input: { base } }, { db }) {
    const rows = await readRates(db)
    const rates = ratesAgainst(base, rows).map(({ currency, name, middle, buy, sell }) => ({
      currency,
      name,
      middle,
      buy,
      sell,
    }))
    const [asOf] = rows
      .map((row) => row.asOf.toISOString())
      .sort()
      .reverse()
    if (!asOf || rates.length === 0) throw new NotFound('There are no rates yet. Ask again in a minute.')
    return { status: 200, body: { base, asOf, rates } }
  },
})
