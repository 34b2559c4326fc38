/** What a form of a fragment does: a shape for its fields and a handler. Works without JavaScript. */
import { z } from 'zod'
import type { ActionContext, AnonymousContext } from './context.ts'
import { SignInRequired } from './errors.ts'
import type { Parsed, Shape } from './input.ts'
import { parseBody } from './input.ts'

/** Where to go after the action, with at most one cookie: nginx keeps only one from an authentication subrequest. */
export interface Redirect {
  readonly kind: 'redirect'
  readonly to: string
  readonly cookie?: string
}

/** Nothing: back to the page, which shows the new state. A redirect: on to another one. Both are 303 after POST. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler that returns nothing is the common case.
export type Outcome = Redirect | void

export interface Action<Who extends 'user' | 'anyone' = 'user' | 'anyone'> {
  readonly kind: 'action'
  readonly who: Who
  /** Fields that are typed again, never sent back. */
  readonly secret: readonly string[]
  /** Throws `Invalid` for fields that do not fit, or whatever refusal the handler has. */
  perform(body: unknown, ctx: AnonymousContext): Promise<Outcome>
}

export interface ActionOptions<S extends Shape> {
  /** Fields that a refused form does not get back, for what is typed into password fields; `password` by default. */
  secret?: readonly (keyof S & string)[]
}

/** For who is signed in. */
export function action<S extends Shape>(
  shape: S,
  handler: (fields: Parsed<S>, ctx: ActionContext) => Outcome | Promise<Outcome>,
  { secret = ['password'] }: ActionOptions<S> = {},
): Action<'user'> {
  const schema = z.strictObject(shape)
  return {
    kind: 'action',
    who: 'user',
    secret,
    async perform(body, { user, ...request }) {
      if (!user) throw new SignInRequired()
      return handler(parseBody(schema, body), { ...request, user })
    },
  }
}

/** For anyone, signed in or not: sign-in itself. */
export function anonymousAction<S extends Shape>(
  shape: S,
  handler: (fields: Parsed<S>, ctx: AnonymousContext) => Outcome | Promise<Outcome>,
  { secret = ['password'] }: ActionOptions<S> = {},
): Action<'anyone'> {
  const schema = z.strictObject(shape)
  return {
    kind: 'action',
    who: 'anyone',
    secret,
    perform: async (body, ctx) => handler(parseBody(schema, body), ctx),
  }
}

export function redirect(to: string, options: { cookie?: string } = {}): Redirect {
  return { kind: 'redirect', to, ...options }
}
