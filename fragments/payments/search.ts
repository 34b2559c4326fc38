/** How payments are searched: for a part of payee or description, whatever its case and accents. */
import type { Order } from './rules.ts'

/** Payee and description as they are searched in. */
export function searchable({ payee, description }: Pick<Order, 'payee' | 'description'>): string {
  return foldText(`${payee} ${description}`)
}

/** The pattern for `like` that finds a text anywhere. */
export function patternOf(text: string): string {
  return `%${foldText(text).replace(/[\\%_]/g, '\\$&')}%`
}

/** Without case and accents, so that "emile" finds "Émile". */
function foldText(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}
