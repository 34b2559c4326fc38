/** What a person or a program asks us to pay, read at the border. The rules are in `rules.ts`. */
import { Invalid, z } from '#kit'
import { CURRENCIES, type Money } from '#kit/money.ts'
import { checkOrder, type Order, refuseAmount, refuseDescription, refusePayee, type TypedOrder } from './rules.ts'

/** The values of an order that is written for programs, in minor units. */
export const ORDER = {
  amount: z
    .int('The amount is a whole number of minor units, such as cents.')
    .positive('The amount must be more than zero.'),
  currency: z.enum(CURRENCIES, `The currency is one of ${CURRENCIES.join(', ')}.`),
  payee: text('Enter the name of the payee.', refusePayee),
  description: text('The description is a text.', refuseDescription).default(''),
}

/** A field as a form sends it; an empty one is not sent at all. What does not fit is said by `readOrder`. */
const typed = z.string().optional()
export const TYPED_ORDER = { payee: typed, amount: typed, currency: typed, description: typed }

/** An order from a form. Throws `Invalid` with every field that does not fit, in the order of the form. */
export function readOrder(typed: TypedOrder): Order {
  const { order, refusals } = checkOrder(typed)
  if (order) return order
  const said = Object.entries(refusals).flatMap(([field, sentence]) => (sentence ? [[field, sentence]] : []))
  throw new Invalid(Object.fromEntries(said))
}

/** Throws `Invalid` for an amount that no payment may have. */
export function checkAmount(money: Money): void {
  const refusal = refuseAmount(money)
  if (refusal) throw new Invalid({ amount: refusal })
}

/** A tidy text that is not refused. */
function text(missing: string, refuse: (text: string) => string | undefined) {
  return z
    .string(missing)
    .normalize('NFC')
    .trim()
    .superRefine((text, ctx) => {
      const message = refuse(text)
      if (message) ctx.addIssue({ code: 'custom', message })
    })
}
