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

/** The inputs whose values have one spelling only, the one that `load` sees: what a tag may be made of. */
export function canonicalInputs(shape: Shape): Set<string> {
  const { properties = {} } = z.toJSONSchema(z.object(shape), { io: 'input' })
  const canonical = Object.entries(properties).filter(
    ([name, property]) => typeof property === 'object' && isCanonical(property, shape[name]),
  )
  return new Set(canonical.map(([name]) => name))
}

/** A default is one spelling more: nothing. Free text has many, and so has what is trimmed or lower-cased on the way. */
function isCanonical(property: z.core.JSONSchema.BaseSchema, type: z.core.$ZodType | undefined): boolean {
  if (property.default !== undefined || !type || changesText(type)) return false
  return Boolean(property.enum || property.const !== undefined || property.type === 'integer' || property.pattern)
}

function changesText(type: z.core.$ZodType): boolean {
  if (type instanceof z.core.$ZodOptional) return changesText(type._zod.def.innerType)
  if (type instanceof z.core.$ZodPipe || type instanceof z.core.$ZodTransform) return true
  const checks = type._zod.def.checks ?? []
  return checks.some((check) => check._zod.def.check === 'overwrite')
}

/** What a text may look like in a query: percent-encoded, or one of the characters that need not be. */
const WRITTEN = "[A-Za-z0-9%+._~!*()'/:@,-]"
/** One character of it, as UTF-8. A long text is measured in bytes instead: the expression would be too large for nginx. */
const CHARACTER =
  "[A-Za-z0-9+._~!*()'/:@,-]|%[2-7][0-9A-Fa-f]|%[CDcd][0-9A-Fa-f]%[0-9A-Fa-f]{2}|%[Ee][0-9A-Fa-f](?:%[0-9A-Fa-f]{2}){2}|%[Ff][0-4](?:%[0-9A-Fa-f]{2}){3}"

function patternOf(property: z.core.JSONSchema.BaseSchema, where: string): string {
  if (property.enum) return property.enum.map(literal).join('|')
  if (property.const !== undefined) return literal(property.const)
  if (property.type === 'integer') return '0|-?[1-9][0-9]{0,14}'
  if (property.type === 'boolean') return 'true|false'
  if (property.type !== 'string') {
    throw new DefinitionError(where, `a URL cannot carry ${property.type ?? 'this'}`, 'Use a string, integer or enum.')
  }
  // PostgreSQL and zod take both cases; two addresses for one thing would be two tags, two cache entries, two versions.
  if (property.format === 'uuid') return '[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}'
  if (property.pattern !== undefined) return property.pattern.replace(/^\^/, '').replace(/\$$/, '')
  if (property.maxLength === undefined) {
    throw new DefinitionError(where, 'the text has no upper bound', 'Add .max(n).')
  }
  // The lookahead: no control characters, nobody means them.
  const { maxLength } = property
  return maxLength <= 100 ? `(?:${CHARACTER}){0,${maxLength}}` : `(?!${WRITTEN}*%[01])${WRITTEN}{0,${maxLength * 12}}`
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
