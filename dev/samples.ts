/** What an input takes, in words, and values to try for it: from its JSON Schema. */
import type { z } from 'zod'

type Schema = z.core.JSONSchema.JSONSchema | boolean | undefined

export interface Samples {
  readonly type: string
  /** `1–50`, `up to 60 characters`; empty where only its pattern says it. */
  readonly takes: string
  readonly samples: readonly string[]
}

const UUID = '00000000-0000-4000-8000-000000000000'

/** The default first: an input that may be left out is tried without it. Nothing for what only its author knows. */
export function sampleInputs(schema: Schema): Samples {
  if (typeof schema !== 'object') return { type: 'anything', takes: '', samples: [''] }
  const values = valuesOf(schema).map(String)
  return { type: typeOf(schema), takes: sayTaken(schema), samples: [...new Set(['', ...values])] }
}

function typeOf({ enum: choices, const: only, type, format }: z.core.JSONSchema.BaseSchema): string {
  if (choices || only !== undefined) return 'one of these'
  return format ?? (typeof type === 'string' ? type : 'anything')
}

function sayTaken(schema: z.core.JSONSchema.BaseSchema): string {
  const { enum: choices, const: only, type, format, pattern, maxLength } = schema
  if (choices) return choices.join(', ')
  if (only !== undefined) return String(only)
  if (type === 'boolean') return 'true, false'
  if (type === 'integer') return sayBounds(boundsOf(schema))
  if (format === 'uuid') return 'a UUID'
  return pattern === undefined && maxLength !== undefined ? `up to ${maxLength} characters` : ''
}

function sayBounds({ least, most }: ReturnType<typeof boundsOf>): string {
  if (least !== undefined && most !== undefined) return `${least}–${most}`
  if (least !== undefined) return `${least} or more`
  return most === undefined ? 'any whole number' : `${most} or less`
}

/** zod bounds every integer by what a number can hold: that is no bound of its author. */
function boundsOf({ minimum, maximum, exclusiveMinimum }: z.core.JSONSchema.BaseSchema) {
  const least = minimum ?? (typeof exclusiveMinimum === 'number' ? exclusiveMinimum + 1 : undefined)
  const isMeant = (bound: number | undefined) => bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER
  return { least: isMeant(least) ? least : undefined, most: isMeant(maximum) ? maximum : undefined }
}

function valuesOf(schema: z.core.JSONSchema.BaseSchema): unknown[] {
  if (schema.enum) return schema.enum
  if (schema.const !== undefined) return [schema.const]
  const given = schema.default === undefined ? [] : [schema.default]
  if (schema.type === 'boolean') return [...given, true, false]
  if (schema.type === 'integer') {
    const { least, most } = boundsOf(schema)
    const bounds = [least, most].filter((bound) => bound !== undefined)
    return [...given, ...(bounds.length ? bounds : [1])]
  }
  // Admitted, and never there: shows what is said about something unknown.
  if (schema.format === 'uuid') return [...given, UUID]
  if (schema.type === 'string' && schema.pattern === undefined) return [...given, 'a']
  return given
}
