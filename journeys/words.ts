/** What DESIGN §9 asks of words for people: what happened, what it means for the money, what to do. */

/** Words that tell about us instead of helping, that blame, or that show our insides. */
const NEVER = [
  /\b(?:oops|whoops|uh-oh|sorry|unfortunately)\b/i,
  /\b(?:invalid|illegal|fatal|forbidden|unauthori[sz]ed|bad request|internal server)\b/i,
  /\b(?:exception|stack|null|undefined|NaN|timeout|server error|upstream|SSI|JSON)\b/,
  /\[object |try again later|contact (?:the|your) administrator|\bplease wait\b/i,
]

/** A notice that needs more than this to be read is no notice. */
const MOST_CHARACTERS = 600

/** What is wrong with a text for people; empty where nothing is. */
export function judgeWords(text: string): string[] {
  const faults = NEVER.flatMap((pattern) => pattern.exec(text)?.[0] ?? []).map((word) => `says "${word}"`)
  if (text.length > MOST_CHARACTERS) faults.push(`is ${text.length} characters long`)
  if (!/\p{L}{2,}.*[.?]/su.test(text)) faults.push('holds no sentence')
  if (/!/.test(text)) faults.push('shouts')
  return faults
}
