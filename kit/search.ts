/** Texts as they are searched in: for a part, whatever its case and accents. */

/** Without case and accents, so that "emile" finds "Émile". */
export function foldText(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

/** The pattern for `like` that finds a text anywhere in a folded one. */
export function patternOf(text: string): string {
  return `%${foldText(text).replace(/[\\%_]/g, '\\$&')}%`
}
