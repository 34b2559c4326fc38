/** A place in the audit log: which way to read on, and from which row. Opaque to everyone else. */

export interface Cursor {
  readonly toward: 'older' | 'newer'
  readonly happenedAt: Date
  readonly position: number
}

/** Every text of this pattern is a cursor, and nothing else is. */
export const CURSOR = /^[no][0-9a-z]{1,9}-[0-9a-z]{1,9}$/

/** Milliseconds and position, to the base of 36: `omgk3x9a2-1f`. */
export function encodeCursor({ toward, happenedAt, position }: Cursor): string {
  return `${toward === 'older' ? 'o' : 'n'}${happenedAt.getTime().toString(36)}-${position.toString(36)}`
}

/** The place, or undefined for a text that is no cursor. */
export function decodeCursor(text: string | undefined): Cursor | undefined {
  if (!text || !CURSOR.test(text)) return undefined
  const [time = '', position = ''] = text.slice(1).split('-')
  return {
    toward: text.startsWith('o') ? 'older' : 'newer',
    happenedAt: new Date(Number.parseInt(time, 36)),
    position: Number.parseInt(position, 36),
  }
}
