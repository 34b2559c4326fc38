/** How accounts are searched: for a part of name or address, whatever its case and accents. */
import { foldText } from '#kit/search.ts'
import type { Account } from './store.ts'

/** Name and address as they are searched in, and sorted by. */
export function searchable({ name, email }: Pick<Account, 'name' | 'email'>): string {
  return foldText(`${name} ${email}`)
}
