/**
 * The rules for what a person asks us to pay, as plain functions with a plain sentence for each value that does not fit.
 * The server and the form in the browser use the same ones, so this file goes to browsers: no packages, no recent syntax.
 */
import { type Currency, formatMoney, isCurrency, type Money, parseAmount } from '#kit/money.ts'

export interface Order extends Money {
  readonly payee: string
  readonly description: string
}

/** The fields of the form as they were typed. An empty one may be missing. */
export type TypedOrder = { readonly [K in 'payee' | 'amount' | 'currency' | 'description']?: string | undefined }

/**
 * In minor units of any currency: 1,000,000.00, or 100,000,000 yen. A yen is worth about as much as a cent, so the same
 * number means about the same.
 */
const MOST = 100_000_000
/** 10,000.00, or 1,000,000 yen. From here on a payment is confirmed once more, and can be cancelled for longer. */
const LARGE = 1_000_000

/** Control characters, halves of characters, and marks that make a text read in another order than it is stored. */
const TRICKS = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u

interface Checked {
  readonly order?: Order
  /** A sentence for every field that does not fit, in the order of the form; undefined for one that does. */
  readonly refusals: Readonly<Record<string, string | undefined>>
}

/** An order, unless something was refused. */
export function checkOrder({ currency, ...typed }: TypedOrder): Checked {
  const payee = tidy(typed.payee)
  const description = tidy(typed.description)
  if (!isCurrency(currency)) return { refusals: { currency: 'Choose a currency.' } }
  const { amount, refusal } = readAmount(typed.amount, currency)
  const refusals = { payee: refusePayee(payee), amount: refusal, description: refuseDescription(description) }
  if (amount === undefined || refusals.payee || refusals.description) return { refusals }
  return { refusals, order: { amount, currency, payee, description } }
}

/** The same text however it was typed. */
export function tidy(text = ''): string {
  return text.normalize('NFC').trim()
}

/** Both take a tidy text. */
export function refusePayee(payee: string): string | undefined {
  return refuseText(payee, 70) ?? (/[\p{L}\p{N}]/u.test(payee) ? undefined : 'Enter the name of the payee.')
}

export function refuseDescription(description: string): string | undefined {
  return refuseText(description, 140)
}

function refuseText(text: string, most: number): string | undefined {
  if (text.length > most) return `At most ${most} characters.`
  return TRICKS.test(text) ? 'Leave out characters that cannot be seen.' : undefined
}

/** What will be paid, as soon as the amount fits. */
export function readMoney({ amount: typed, currency }: TypedOrder): Money | undefined {
  if (!isCurrency(currency)) return undefined
  const { amount } = readAmount(typed, currency)
  return amount === undefined ? undefined : { amount, currency }
}

function readAmount(typed = '', currency: Currency): { amount?: number; refusal?: string | undefined } {
  const read = parseAmount(typed, currency)
  if ('refusal' in read) return read
  const refusal = refuseAmount({ amount: read.amount, currency })
  return refusal ? { refusal } : read
}

export function refuseAmount({ amount, currency }: Money): string | undefined {
  if (amount <= 0) return 'Enter more than zero.'
  return amount > MOST ? `At most ${formatMoney({ amount: MOST, currency })} in one payment.` : undefined
}

export function isLarge({ amount }: Pick<Money, 'amount'>): boolean {
  return amount >= LARGE
}

/** What has to be confirmed before a large payment goes out. Others need nothing. */
export function confirmationOf(order: Order): string | undefined {
  return isLarge(order) ? nameOrder(order) : undefined
}

/** What is looked at once more: another amount or payee is another one. */
export function nameOrder({ amount, currency, payee }: Order): string {
  return `${amount} ${currency} ${payee}`
}
