/** What a person asks us to pay: the rules for its values, with a plain sentence for each that does not fit. */
import { Invalid, z } from '#kit'
import { CURRENCIES, type Currency, decimalsOf, formatMoney, isCurrency, type Money, parseAmount } from '#kit/money.ts'

export interface Order extends Money {
  readonly payee: string
  readonly description: string
}

/** One million units of the currency. */
const MOST_UNITS = 1_000_000

/** Control characters, halves of characters, and marks that make a text read in another order than it is stored. */
const TRICKS = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u

/** The values of an order that is written for programs, in minor units. */
export const ORDER = {
  amount: z
    .int('The amount is a whole number of minor units, such as cents.')
    .positive('The amount must be more than zero.'),
  currency: z.enum(CURRENCIES, `The currency is one of ${CURRENCIES.join(', ')}.`),
  payee: z
    .string('Enter the name of the payee.')
    .normalize('NFC')
    .trim()
    .max(70, 'At most 70 characters.')
    .refine((text) => /[\p{L}\p{N}]/u.test(text), 'Enter the name of the payee.')
    .refine((text) => !TRICKS.test(text), 'Leave out characters that cannot be seen.'),
  description: z
    .string()
    .normalize('NFC')
    .trim()
    .max(140, 'At most 140 characters.')
    .refine((text) => !TRICKS.test(text), 'Leave out characters that cannot be seen.')
    .default(''),
}

/** A field as a form sends it; an empty one is not sent at all. */
const typed = z.string().max(1_000, 'This is too long.').optional()
export const TYPED_ORDER = { payee: typed, amount: typed, currency: typed, description: typed }

type TypedOrder = { readonly [K in keyof typeof TYPED_ORDER]?: string | undefined }

const TEXTS = z.object({ payee: ORDER.payee, description: ORDER.description })

/** An order from a form. Throws `Invalid` with every field that does not fit, in the order of the form. */
export function readOrder({ payee, amount, currency, description }: TypedOrder): Order {
  const texts = TEXTS.safeParse({ payee, description })
  if (!isCurrency(currency)) throw new Invalid({ currency: 'Choose a currency.' })
  const read = readAmount(amount ?? '', currency)
  if (texts.success && 'amount' in read) return { ...read, currency, ...texts.data }

  const refusalOf = (field: string) => texts.error?.issues.find(({ path }) => path[0] === field)?.message
  throw new Invalid({
    ...pick('payee', refusalOf('payee')),
    ...pick('amount', 'refusal' in read ? read.refusal : undefined),
    ...pick('description', refusalOf('description')),
  })
}

/** Throws `Invalid` for an amount that no payment may have. */
export function checkAmount(money: Money): void {
  const refusal = refuseAmount(money)
  if (refusal) throw new Invalid({ amount: refusal })
}

function readAmount(text: string, currency: Currency): { amount: number } | { refusal: string } {
  const read = parseAmount(text, currency)
  if ('refusal' in read) return read
  const refusal = refuseAmount({ amount: read.amount, currency })
  return refusal ? { refusal } : read
}

function refuseAmount({ amount, currency }: Money): string | undefined {
  if (amount <= 0) return 'Enter more than zero.'
  const most = MOST_UNITS * 10 ** decimalsOf(currency)
  return amount > most ? `At most ${formatMoney({ amount: most, currency })} in one payment.` : undefined
}

function pick(field: string, message: string | undefined): Record<string, string> {
  return message ? { [field]: message } : {}
}
