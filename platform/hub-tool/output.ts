/** What the tool prints for people. */
import { styleText } from 'node:util'

export interface Column<Row> {
  readonly head: string
  readonly cell: (row: Row) => string
  /** Numbers end at one line. */
  readonly right?: boolean
  /** On a terminal. */
  readonly colour?: (row: Row) => 'red' | 'yellow' | undefined
}

/** Aligned; the last column takes what it needs. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map(({ cell }) => plain(cell(row))))
  const widths = columns.map(({ head }, place) =>
    Math.max(head.length, ...cells.map((line) => line[place]?.length ?? 0)),
  )
  const pad = (text: string, place: number) => {
    if (columns[place]?.right) return text.padStart(widths[place] ?? 0)
    return place === columns.length - 1 ? text : text.padEnd(widths[place] ?? 0)
  }
  const head = columns.map((column, place) => styleText('dim', pad(column.head, place)))
  const lines = rows.map((row, index) =>
    columns.map((column, place) => {
      const text = pad(cells[index]?.[place] ?? '', place)
      const colour = column.colour?.(row)
      return colour ? styleText(colour, text) : text
    }),
  )
  return [head, ...lines].map((line) => line.join('  ')).join('\n')
}

/** What comes from messages may hold what moves a terminal's cursor, or turns a line around. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
}

/** `1 dead letter`, `1,200 dead letters` */
export function countOf(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}

/** `5 s`, `3 min`, `2 h`, `4 d` */
export function sayAge(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, Math.floor(seconds))} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`
  return `${Math.floor(seconds / 86_400)} d`
}

/** `2026-03-01 10:00:00Z` */
export function sayMoment(moment: Date): string {
  return `${moment.toISOString().slice(0, 19).replace('T', ' ')}Z`
}

export type Say = (text: string) => void

/** Words for people: where JSON is asked for, it has standard output for itself. */
export function speaker(json: boolean): Say {
  return json ? (text) => console.error(text) : (text) => console.log(text)
}
