/** The payments of a run: each has a number, which says all about it. */
import type { Order } from '../../fragments/payments/rules.ts'

/** Tags are locked by person: enough of them that payments seldom wait for each other. */
const USERS = 50
/** Some of them fail at the provider (`psp.ts`). */
const FAIL = 20

export function userOf(number: number): string {
  return `c4a05000-0000-4000-8000-${String(number % USERS).padStart(12, '0')}`
}

/** The same number has the same key: made twice, it is one payment. */
export function keyOf(number: number): string {
  return `chaos-${number}`
}

export function orderOf(number: number): Order {
  const cents = number % FAIL === 0 ? 13 : number % FAIL === 1 ? 66 : 50
  return {
    amount: 100 * (1 + (number % 90)) + cents,
    currency: 'EUR',
    payee: 'Nordlys Energi',
    description: `${number}`,
  }
}

export function outcomeOf(number: number): 'completed' | 'failed' {
  return number % FAIL < 2 ? 'failed' : 'completed'
}
