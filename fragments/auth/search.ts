/** How accounts are searched: for a part of name or address, whatever its case and accents. */
import type { Account } from './store.ts'

/** Name and address as they are searched in, and sorted by. */
export function searchable({ name, email }: Pick<Account, 'name' | 'email'>): string {
  return foldText(`${name} ${email}`)
}

/** The pattern for `like` that finds a text anywhere. */
export function patternOf(text: string): string {
  return `%${foldText(text).replace(/[\\%_]/g, '\\$&')}%`
}

/** Without case and accents, so that "soren" finds "Sören". */
function foldText(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}
