/** Finds out what a pattern admits by asking it, and by reading it. */

const ASCII = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))
const STRANGERS = [...ASCII, '\u0080', '\u00e9', '\u2028', '\ufeff']
const LENGTHS = [1, 2, 3, 4, 8, 16, 32, 36, 64]
/** Surroundings in which a character may be admitted only beside others. */
const FRAMES = ['a', 'A', '0', 'a-', 'aa', '00000000-0000-4000-8000-000000000000']

/** The first character that `isWrong` and that the pattern lets in; undefined if there is none. */
export function admits(pattern: string, isWrong: (character: string) => boolean): string | undefined {
  const expression = new RegExp(`^(?:${pattern})$`)
  const wrong = STRANGERS.filter(isWrong)
  return wrong.find((character) => isLetIn(expression, character)) ?? readParts(pattern, wrong)
}

function isLetIn(expression: RegExp, character: string): boolean {
  if (LENGTHS.some((length) => expression.test(character.repeat(length)))) return true
  return FRAMES.some((frame) => [character + frame, frame + character, frame + character + frame].some(matches))

  function matches(text: string): boolean {
    return expression.test(text)
  }
}

/** What asking cannot find behind a fixed prefix: each character, escape and class of the pattern by itself. */
function readParts(pattern: string, wrong: readonly string[]): string | undefined {
  const parts = pattern.replace(NO_CHARACTER, '$1').match(PART) ?? []
  for (const part of parts) {
    if (part.length === 1 && SYNTAX.includes(part)) continue
    const single = new RegExp(`^(?:${part})$`)
    const found = wrong.find((character) => single.test(character))
    if (found !== undefined) return found
  }
  return undefined
}

/** Escapes and classes are kept; repetitions and the heads of groups stand for no character. */
const NO_CHARACTER = /(\\.|\[(?:\\.|[^\]\\])*\])|\{\d*,?\d*\}|\(\?(?:[:=!]|<[=!]|<\w+>)/g
const PART = /\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\.|\[(?:\\.|[^\]\\])*\]|[\s\S]/gi
const SYNTAX = '()|*+?^$'
