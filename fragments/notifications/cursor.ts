/** A place in the list of notes: which way to read on, and from which note. Opaque to everyone else. */

export interface Cursor {
  readonly toward: 'older' | 'newer'
  readonly at: Date
  readonly id: number
}

/** Every text of this pattern is a cursor, and nothing else is. */
export const CURSOR = /^[no][0-9a-z]{1,9}-[0-9a-z]{1,9}$/

/** Milliseconds and id, to the base of 36: `omgk3x9a2-1f`. */
export function encodeCursor({ toward, at, id }: Cursor): string {
  return `${toward === 'older' ? 'o' : 'n'}${at.getTime().toString(36)}-${id.toString(36)}`
}

/** The place, or undefined for a text that is no cursor. */
export function decodeCursor(text: string | undefined): Cursor | undefined {
  if (!text || !CURSOR.test(text)) return undefined
  const [time = '', id = ''] = text.slice(1).split('-')
  return {
    toward: text.startsWith('o') ? 'older' : 'newer',
    at: new Date(Number.parseInt(time, 36)),
    id: Number.parseInt(id, 36),
  }
}
