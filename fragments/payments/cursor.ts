/** A place in the list of payments: which way to read on, and from which payment. Opaque to everyone else. */

export interface Cursor {
  readonly toward: 'older' | 'newer'
  readonly createdAt: Date
  readonly id: string
}

/** Every text of this pattern is a cursor, and nothing else is. */
export const CURSOR = /^[no][A-Za-z0-9_-]{30}$/

/** Six bytes of milliseconds, sixteen of the id. */
const TIME_BYTES = 6

export function encodeCursor({ toward, createdAt, id }: Cursor): string {
  const bytes = Buffer.alloc(TIME_BYTES + 16)
  bytes.writeUIntBE(createdAt.getTime(), 0, TIME_BYTES)
  bytes.write(id.replaceAll('-', ''), TIME_BYTES, 'hex')
  return `${toward === 'older' ? 'o' : 'n'}${bytes.toString('base64url')}`
}

/** The place, or undefined for a text that is no cursor. */
export function decodeCursor(text: string | undefined): Cursor | undefined {
  if (!text || !CURSOR.test(text)) return undefined
  const bytes = Buffer.from(text.slice(1), 'base64url')
  const id = bytes.toString('hex', TIME_BYTES).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  const createdAt = new Date(bytes.readUIntBE(0, TIME_BYTES))
  return { toward: text.startsWith('o') ? 'older' : 'newer', createdAt, id }
}
