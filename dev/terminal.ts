/** What `npm run dev` prints: a line an event, in words. */
import { z } from 'zod'

const Line = z.looseObject({
  level: z.string(),
  service: z.string().default('portal'),
  msg: z.string().default(''),
  err: z.object({ message: z.string() }).optional(),
})

/** A line of the services' log, which is JSON for machines, for a person. */
export function writeLogLine(json: string): void {
  console.log(sayLogLine(json))
}

export function sayLogLine(json: string): string {
  const line = Line.safeParse(parse(json)).data
  if (!line) return json.trimEnd()
  return [line.level, line.service, line.msg, line.err?.message].filter(Boolean).join('  ')
}

/** `payments/recent.tsx, rates/board.tsx and 2 more` */
export function sayFiles(files: readonly string[]): string {
  const names = files.map((file) => file.replace(/^fragments\//, ''))
  if (names.length <= 3) return names.join(', ')
  return `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
