/** Routes with parameters as nginx locations. */
import type { InputPattern } from '#kit/input.ts'
import { quote } from './syntax.ts'

interface Route {
  readonly path: string
  readonly inputs: readonly InputPattern[]
}

/** `:id` in a path. */
const PARAMETER = /^:([a-z][a-z0-9_]*)$/

export function parametersOf(path: string): string[] {
  return path.split('/').flatMap((segment) => PARAMETER.exec(segment)?.[1] ?? [])
}

/** `= /rates`, or a regular expression whose named groups `p_NAME` are the parameters. */
export function locationOf({ path, inputs }: Route): string {
  if (parametersOf(path).length === 0) return `= ${path}`
  return `~ ${quote(pathExpression(path, inputs))}`
}

/**
 * nginx decodes a path before it matches, so a group that admits more than these characters would carry `&` or a line
 * break into the service's URL. `\z` is the end; `$` would also be the place before a last line break.
 */
function pathExpression(path: string, inputs: readonly InputPattern[]): string {
  const segments = path.split('/').map((segment) => {
    const [, name] = PARAMETER.exec(segment) ?? []
    if (!name) return escapeLiteral(segment)
    const pattern = inputs.find((input) => input.name === name)?.pattern ?? '[A-Za-z0-9_-]+'
    return `(?<p_${name}>(?=[A-Za-z0-9_-]{1,64}(?:/|\\z))(?:${pattern}))`
  })
  return `^${segments.join('/')}\\z`
}

/** An expression that also matches paths which are not valid: for rules that must not be evaded. */
export function looseExpression(path: string): string {
  const segments = path.split('/').map((segment) => (PARAMETER.test(segment) ? '[^/]+' : escapeLiteral(segment)))
  return `^${segments.join('/')}/?$`
}

/** The path with its parameters as variables: `/api/payments/$p_id`. */
export function pathWithVariables(path: string): string {
  return path
    .split('/')
    .map((segment) => segment.replace(PARAMETER, '$$p_$1'))
    .join('/')
}

function escapeLiteral(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
