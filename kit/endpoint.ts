/** `endpoint()`: one JSON operation of an MFE's API. Errors are RFC 9457 problem documents. */
import { z } from 'zod'
import type { Access, Request, User } from './context.ts'
import { type Duration, milliseconds } from './duration.ts'
import { DefinitionError } from './errors.ts'
import { checkAccess } from './fragment.ts'
import { type InputPattern, inputPatterns, type Parsed, parseBody, parseQuery, type Shape } from './input.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** What an endpoint answers. A plain value is not enough: 201 has a Location, sign-in a cookie. */
export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

type Asker<A extends Access> = A extends 'public' ? User | undefined : User

export interface EndpointCall<A extends Access, S extends Shape, B extends Shape> {
  readonly input: Parsed<S>
  readonly body: Parsed<B>
  readonly user: Asker<A>
  header(name: string): string | undefined
}

export interface EndpointOptions<A extends Access, S extends Shape, B extends Shape> {
  /** One line for the API's documentation. */
  summary: string
  access: A
  timeout?: Duration
  /** Path parameters and query. */
  input?: S
  body?: B
  handle: (call: EndpointCall<A, S, B>, ctx: Request) => Answer | Promise<Answer>
}

export interface Endpoint {
  readonly kind: 'endpoint'
  readonly method: Method
  /** As in `/api/payments/:id`. */
  readonly path: string
  readonly summary: string
  readonly access: Access
  readonly timeout: number
  readonly inputs: readonly InputPattern[]
  readonly takesBody: boolean
  /** JSON Schemas for `/api/openapi.json`. */
  readonly schemas: { readonly input: unknown; readonly body: unknown }
  answer(query: URLSearchParams, body: unknown, asker: Asked): Promise<Answer>
}

export interface Asked {
  readonly ctx: Request & { user: User | undefined }
  header(name: string): string | undefined
}

export function endpoint<
  A extends Access,
  S extends Shape = Record<never, never>,
  B extends Shape = Record<never, never>,
>(route: `${Method} /api/${string}`, options: EndpointOptions<A, S, B>): Endpoint {
  const [, method, path] = /^(GET|POST|PUT|DELETE) (\/api\/[a-z][a-z0-9/:.-]*)$/.exec(route) ?? []
  if (!isMethod(method) || !path) {
    throw new DefinitionError(route, 'not an API route', 'Write it as "GET /api/things/:id".')
  }
  const input = z.strictObject((options.input ?? {}) as S)
  const body = z.strictObject((options.body ?? {}) as B)
  return {
    kind: 'endpoint',
    method,
    path,
    summary: options.summary,
    access: options.access,
    timeout: milliseconds(options.timeout ?? '5s'),
    inputs: inputPatterns(options.input ?? {}, route),
    takesBody: options.body !== undefined,
    schemas: { input: z.toJSONSchema(input, { io: 'input' }), body: z.toJSONSchema(body, { io: 'input' }) },
    async answer(query, given, { ctx, header }) {
      checkAccess(options.access, ctx.user, method === 'GET' ? 'see' : 'change')
      const call = { input: parseQuery(input, query), body: parseBody(body, given ?? {}), header }
      // checkAccess has just made sure of what the conditional type says.
      return options.handle({ ...call, user: ctx.user as Asker<A> }, ctx)
    },
  }
}

function isMethod(method: string | undefined): method is Method {
  return method === 'GET' || method === 'POST' || method === 'PUT' || method === 'DELETE'
}
