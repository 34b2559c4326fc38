/** Values to try for an input, from its JSON Schema. */
import type { z } from 'zod'

type Schema = z.core.JSONSchema.JSONSchema | boolean | undefined

export interface Samples {
  readonly type: string
  readonly samples: readonly string[]
}

const UUID = '00000000-0000-4000-8000-000000000000'

/** The default first: an input that may be left out is tried without it. Nothing for what only its author knows. */
export function sampleInputs(schema: Schema): Samples {
  if (typeof schema !== 'object') return { type: 'anything', samples: [''] }
  const values = valuesOf(schema).map(String)
  return { type: typeOf(schema), samples: [...new Set(['', ...values])] }
}

function typeOf({ enum: choices, const: only, type, format }: z.core.JSONSchema.BaseSchema): string {
  if (choices || only !== undefined) return 'one of these'
  return format ?? (typeof type === 'string' ? type : 'anything')
}

function valuesOf(schema: z.core.JSONSchema.BaseSchema): unknown[] {
  if (schema.enum) return schema.enum
  if (schema.const !== undefined) return [schema.const]
  const given = schema.default === undefined ? [] : [schema.default]
  if (schema.type === 'boolean') return [...given, true, false]
  if (schema.type === 'integer') {
    const bounds = [schema.minimum, schema.maximum].filter(
      (bound) => bound !== undefined && Number.isSafeInteger(bound),
    )
    const useful = bounds.filter((bound) => Math.abs(bound ?? 0) < Number.MAX_SAFE_INTEGER)
    return [...given, ...(useful.length ? useful : [1])]
  }
  // Admitted, and never there: shows what is said about something unknown.
  if (schema.format === 'uuid') return [...given, UUID]
  if (schema.type === 'string' && schema.pattern === undefined) return [...given, 'a']
  return given
}
