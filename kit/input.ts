/** What a fragment, a page, an action or an endpoint takes from outside: zod shapes, parsed at the border. */
import { z } from 'zod'
import { BadRequest, DefinitionError, Invalid } from './errors.ts'

export type Shape = z.ZodRawShape
/** What a shape gives after parsing: what `load` receives. */
export type Parsed<S extends Shape> = z.output<ReturnType<typeof z.strictObject<S>>>
/** What may be left out when asking: keys with a default or `.optional()`. */
export type Given<S extends Shape> = keyof S extends never
  ? Record<never, never>
  : { [K in keyof z.input<ReturnType<typeof z.strictObject<S>>>]: Parsed<S>[K & keyof Parsed<S>] }

/** One public input, as the edge sees it: a name and the regular expression of its percent-encoded value. */
export interface InputPattern {
  readonly name: string
  readonly pattern: string
  readonly required: boolean
}

/** Parses URL data. Unknown, repeated and malformed values are the client's fault: 400 with the reason. */
export function parseQuery<T extends z.ZodType>(schema: T, query: URLSearchParams): z.output<T> {
  const result = schema.safeParse(singleValues(query))
  if (result.success) return result.data
  const { path, message } = firstIssue(result.error)
  throw new BadRequest(`${path ? `"${path}": ` : ''}${message}`)
}

/** Parses a form or JSON body. What does not fit is 422 with a sentence at each field. */
export function parseBody<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const fields: Record<string, string> = {}
  for (const issue of result.error.issues) {
    const field = issue.path.join('.') || issueKeys(issue)
    fields[field] ??= issue.message
  }
  throw new Invalid(fields)
}

/** The fields of a form, each once. An empty field counts as not given: browsers send `state=` for an untouched select. */
export function singleValues(query: URLSearchParams): Record<string, string> {
  const values: Record<string, string> = {}
  const seen = new Set<string>()
  for (const [name, value] of query) {
    if (seen.has(name)) throw new BadRequest(`"${name}" is given twice.`)
    if (value.includes('\0')) throw new BadRequest(`"${name}" holds a NUL character.`)
    seen.add(name)
    if (value !== '') values[name] = value
  }
  return values
}

/**
 * The patterns that the edge admits for a shape. Values are matched as they stand in the URL, percent-encoded.
 * A text without an upper bound is refused: the edge would have to pass, key and log a URL of any length.
 */
export function inputPatterns(shape: Shape, where: string): InputPattern[] {
  const schema = z.toJSONSchema(z.object(shape), { io: 'input' })
  const required = new Set(schema.required)
  return Object.entries(schema.properties ?? {}).map(([name, property]) => {
    if (!/^[a-z][a-z0-9_]*$/.test(name)) {
      throw new DefinitionError(where, `input "${name}" is no name for a URL parameter`, 'Use a-z, 0-9 and _.')
    }
    if (typeof property === 'boolean')
      throw new DefinitionError(where, `input "${name}" takes anything`, 'Give it a type.')
    return { name, pattern: patternOf(property, `${where}, input "${name}"`), required: required.has(name) }
  })
}

/** What a text may look like in a query: percent-encoded, or one of the characters that need not be. */
const WRITTEN = "[A-Za-z0-9%+._~!*()'/:@,-]"

function patternOf(property: z.core.JSONSchema.BaseSchema, where: string): string {
  if (property.enum) return property.enum.map(literal).join('|')
  if (property.const !== undefined) return literal(property.const)
  if (property.type === 'integer') return '-?[0-9]{1,15}'
  if (property.type === 'boolean') return 'true|false'
  if (property.type !== 'string') {
    throw new DefinitionError(where, `a URL cannot carry ${property.type ?? 'this'}`, 'Use a string, integer or enum.')
  }
  if (property.pattern !== undefined) return property.pattern.replace(/^\^/, '').replace(/\$$/, '')
  if (property.maxLength === undefined) {
    throw new DefinitionError(where, 'the text has no upper bound', 'Add .max(n).')
  }
  // One character is at most four UTF-8 bytes, each written %XX. No control characters: nobody searches for them.
  return `(?!${WRITTEN}*%[01])${WRITTEN}{0,${property.maxLength * 12}}`
}

/** A value as it stands in a URL, as a regular expression. */
function literal(value: unknown): string {
  return encodeURIComponent(String(value)).replace(/[.*()]/g, '\\$&')
}

function firstIssue(error: z.ZodError): { path: string; message: string } {
  const [issue] = error.issues
  return { path: issue?.path.join('.') ?? '', message: issue?.message ?? 'Not understood.' }
}

function issueKeys(issue: z.core.$ZodIssue): string {
  return issue.code === 'unrecognized_keys' ? (issue.keys[0] ?? '') : ''
}
