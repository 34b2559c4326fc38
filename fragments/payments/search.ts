/** How payments are searched: for a part of payee or description, whatever its case and accents. */
import { foldText } from '#kit/search.ts'
import type { Order } from './rules.ts'

/** Payee and description as they are searched in. */
export function searchable({ payee, description }: Pick<Order, 'payee' | 'description'>): string {
  return foldText(`${payee} ${description}`)
}
