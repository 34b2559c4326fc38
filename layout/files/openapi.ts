/** `/api/openapi.json`: the API, described from the endpoints that answer it (OpenAPI 3.1). */
import type { Endpoint } from '#kit/endpoint.ts'

export interface ApiEndpoint
  extends Pick<Endpoint, 'method' | 'path' | 'summary' | 'access' | 'inputs' | 'takesBody' | 'schemas'> {
  readonly mfe: string
}

export function describeApi(endpoints: readonly ApiEndpoint[], origin: string, version: string): object {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const endpoint of endpoints) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: describeOperation(endpoint) }
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Selvedge',
      version,
      description: 'Money is in minor units: `{ "amount": 1250, "currency": "EUR" }` is 12.50 EUR. Times are in UTC.',
    },
    servers: [{ url: origin }],
    paths,
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: '__Host-sid', description: 'From `POST /api/session`.' },
      },
      schemas: { Problem: PROBLEM },
      responses: {
        Problem: {
          description: 'What was wrong, in words for people.',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    },
  }
}

/** RFC 9457, with our extensions `errors` and `trace`. */
const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      description: 'One sentence for each value that was not accepted.',
      items: {
        type: 'object',
        required: ['field', 'message'],
        properties: { field: { type: 'string' }, message: { type: 'string' } },
      },
    },
    trace: { type: 'string', description: 'The request’s id, for questions about it.' },
  },
}

function describeOperation(endpoint: ApiEndpoint): object {
  const { method, path, summary, access, mfe, takesBody, schemas } = endpoint
  const refusals = ['400', ...(access === 'public' ? [] : ['401', '403']), ...(takesBody ? ['413', '415', '422'] : [])]
  return {
    operationId: operationId(method, path),
    summary,
    tags: [mfe],
    'x-access': access,
    security: access === 'public' ? [] : [{ session: [] }],
    parameters: describeParameters(endpoint),
    ...(takesBody && {
      requestBody: { required: true, content: { 'application/json': { schema: plainSchema(schemas.body) } } },
    }),
    responses: {
      '2XX': { description: 'Done.', content: { 'application/json': {} } },
      ...Object.fromEntries(refusals.map((status) => [status, { $ref: '#/components/responses/Problem' }])),
      default: { $ref: '#/components/responses/Problem' },
    },
  }
}

/** `GET /api/payments/:id` → `getPaymentsId`. */
function operationId(method: string, path: string): string {
  const words = path.split(/[^a-zA-Z0-9]+/).filter((word) => word && word !== 'api')
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

function describeParameters({ path, inputs, schemas }: ApiEndpoint): object[] {
  const properties = propertiesOf(schemas.input)
  return inputs.map(({ name, required }) => {
    const inPath = path.split('/').includes(`:${name}`)
    return { name, in: inPath ? 'path' : 'query', required: inPath || required, schema: properties[name] ?? {} }
  })
}

function propertiesOf(schema: unknown): Record<string, unknown> {
  if (typeof schema !== 'object' || schema === null || !('properties' in schema)) return {}
  return { ...(schema.properties as Record<string, unknown>) }
}

/** Without the dialect, which OpenAPI 3.1 has anyway. */
function plainSchema(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return {}
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$schema'))
}
