/** `fragment()`: the one definition that the service, nginx, pages, purges and docs are compiled from. Inert data. */
import type { ComponentChild, VNode } from 'preact'
import { z } from 'zod'
import type { Action, Outcome } from './action.ts'
import type { Access, Context, Request, User } from './context.ts'
import { type Duration, milliseconds, seconds } from './duration.ts'
import { DefinitionError, Forbidden, NotFound, SignInRequired } from './errors.ts'
import {
  canonicalInputs,
  type Given,
  type InputPattern,
  inputPatterns,
  type Parsed,
  parseQuery,
  type Shape,
} from './input.ts'

/** `never`, or how long the edge may keep an answer and for how long it may serve it stale while refreshing. */
export type CachePolicy = 'never' | { readonly for: Duration; readonly stale?: Duration }

type Actions<A extends Access> = Readonly<Record<string, A extends 'public' ? Action<'anyone'> : Action>>

export interface FragmentOptions<
  A extends Access,
  C extends CachePolicy,
  S extends Shape,
  Data,
  Acts extends Actions<A>,
> {
  /** Who may see it. Signed out, anything but `public` is 401 when asked directly and nothing on a page. */
  access: A
  /** What may be cached for everybody must be public, and its `load` sees no user. */
  cache: C & (A extends 'public' ? CachePolicy : 'never')
  /**
   * Names of what the answer is made of, e.g. `payments:{user}` or `payment:{id}`. A tag is raised in the transaction
   * that changes what it stands for; until then, a page that holds the fragment may be answered 304.
   */
  tags?: readonly string[]
  /** Routes of the fragments that `render` includes. */
  includes?: readonly string[]
  /**
   * Style sheets that only this needs, in the MFE's folder or with a component of the kit: `['steps.css', 'kit/chart.css']`.
   * A page has each of them once, however many of its fragments need it.
   */
  styles?: readonly `${string}.css`[]
  /** Total time for the whole answer, after which the page shows the fallback. */
  timeout: Duration
  /** Public URL data. The user is never in it: that is `ctx.user`. */
  input?: S
  load?: (input: Parsed<S>, ctx: Context<A, C>) => Data | Promise<Data>
  actions?: Acts
  render: (data: Data, view: View<S, Acts>) => ComponentChild
  /**
   * Where a person sees whether an action was done, for when we cannot say. Only where an action is done once however
   * often its form is sent: the form is then shown again as it was, so that sending it again does no harm.
   */
  proof?: Proof
  /** What the page shows instead when the answer does not come in time: static, made at build. */
  fallback: VNode
}

export interface Proof {
  readonly href: string
  readonly words: string
}

export interface View<S extends Shape, Acts> {
  readonly input: Parsed<S>
  /** Attributes for `<form>`, one set for each action. */
  readonly post: { readonly [K in keyof Acts]: FormTarget }
  /** What was typed and what was wrong with it, after a refused action; empty otherwise. */
  readonly form: FormState
}

export interface FormTarget {
  readonly method: 'post'
  readonly action: string
}

export interface FormState {
  readonly action: string | undefined
  readonly values: Readonly<Record<string, string>>
  readonly errors: Readonly<Record<string, string>>
  /** One sentence for the form as a whole. */
  readonly problem: string | undefined
  /** The action failed on our side, and may have been done all the same. */
  readonly unsure: boolean
}

export const EMPTY_FORM: FormState = { action: undefined, values: {}, errors: {}, problem: undefined, unsure: false }

/** A fragment with its options normalised. `R` and `I` are what pages need to type an include. */
export interface Fragment<R extends string = string, I = unknown> {
  readonly kind: 'fragment'
  readonly route: R
  /** The folder's name, which is the service's. */
  readonly mfe: string
  /** The last part of the route. */
  readonly name: string
  readonly access: Access
  /** Seconds that the edge may keep an answer, and may serve it stale after that. */
  readonly cache: { readonly seconds: number; readonly stale: number } | undefined
  readonly tags: readonly string[]
  /** Routes of the fragments nested in it. */
  readonly includes: readonly string[]
  /** File names in the MFE's folder, or `kit/…`. */
  readonly styles: readonly string[]
  /** Milliseconds for the whole answer. */
  readonly timeout: number
  readonly inputs: readonly InputPattern[]
  /** What it takes, as JSON Schema: for tools and docs. */
  readonly schema: z.core.JSONSchema.BaseSchema
  readonly actions: readonly string[]
  /** By action, the fields that a refused form does not get back. */
  readonly secrets: ReadonlyMap<string, readonly string[]>
  readonly proof: Proof | undefined
  readonly fallback: VNode
  /** Parses the query, checks access, loads and renders. */
  show(query: URLSearchParams, ctx: Request & { user: User | undefined }, form?: FormState): Promise<ComponentChild>
  /** Runs one action; refusals are thrown. */
  act(name: string, body: unknown, ctx: Request & { user: User | undefined }): Promise<Outcome>
  /** The tags with their placeholders filled, for `Cache-Tag`. */
  tagsOf(query: URLSearchParams, user: User | undefined): string[]
  /** Carries the input's type for `<Include>`; never there at run time. */
  readonly given?: I
}

/** Keep the key order input, load, actions, render: TypeScript infers from left to right. */
export function fragment<
  const R extends `/_/${string}/${string}`,
  A extends Access,
  const C extends CachePolicy,
  S extends Shape = Record<never, never>,
  Data = undefined,
  Acts extends Actions<A> = Record<never, never>,
>(route: R, options: FragmentOptions<A, C, S, Data, Acts>): Fragment<R, Given<S>> {
  const [, mfe, name] = /^\/_\/([a-z][a-z0-9-]*)\/([a-z][a-z0-9-]*)$/.exec(route) ?? []
  if (!mfe || !name) throw new DefinitionError(route, 'not a fragment route', 'Write it as /_/<mfe>/<name>.')
  const { access, actions, load, render, fallback } = options
  const policy: CachePolicy = options.cache
  const shape: Shape = options.input ?? {}
  const schema = z.strictObject((options.input ?? {}) as S)
  const tags = options.tags ?? []
  checkOptions(route, access, policy, shape, tags, Object.values(actions ?? {}))

  return {
    kind: 'fragment',
    route,
    mfe,
    name,
    access,
    cache: policy === 'never' ? undefined : { seconds: seconds(policy.for), stale: seconds(policy.stale ?? '0s') },
    tags,
    includes: options.includes ?? [],
    styles: options.styles ?? [],
    timeout: milliseconds(options.timeout),
    inputs: inputPatterns(shape, route),
    schema: z.toJSONSchema(z.object(shape), { io: 'input' }),
    actions: Object.keys(actions ?? {}),
    secrets: new Map(Object.entries<Action>(actions ?? {}).map(([key, { secret }]) => [key, secret])),
    proof: options.proof,
    fallback,

    async show(query, ctx, form = EMPTY_FORM) {
      const input = parseQuery(schema, query)
      checkAccess(access, ctx.user)
      // TypeScript cannot follow a conditional type into a check; the check is on the line above.
      const data = (await load?.(input, ctx as Context<A, C>)) as Data
      return render(data, { input, form, post: formTargets(mfe, name, actions) })
    },

    async act(action, body, ctx) {
      const chosen = actions && Object.hasOwn(actions, action) ? actions[action] : undefined
      if (!chosen) throw new NotFound(`There is no action "${action}" here.`)
      checkAccess(access, ctx.user, 'change')
      return chosen.perform(body, ctx)
    },

    tagsOf(query, user) {
      const values: Record<string, unknown> = { ...parseQuery(schema, query), user: user?.id }
      return tags.map((tag) => fillTag(tag, values))
    },
  }
}

/**
 * Throws unless `user` may see, or change, what is for `access`. Staff do not see customers' own pages: those are the
 * customer's. Auditors see what staff see.
 */
export function checkAccess(access: Access, user: User | undefined, intent: 'see' | 'change' = 'see'): void {
  if (access === 'public') return
  if (!user) throw new SignInRequired()
  if (access === 'staff' && user.role === 'auditor') {
    if (intent === 'see') return
    throw new Forbidden('Auditors see everything here and change nothing.')
  }
  if (user.role !== access) throw new Forbidden()
}

/** The address of an action, relative to the page the form is on: the page's own path stays. */
function actionAddress(mfe: string, name: string, action: string): string {
  return `?action=${mfe}/${name}.${action}`
}

/** `payment:{id}` → `payment:1f…`. A value that is not given is empty. */
export function fillTag(tag: string, values: Readonly<Record<string, unknown>>): string {
  return tag.replace(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? ''))
}

function formTargets<Acts extends object>(mfe: string, name: string, actions: Acts | undefined) {
  const targets: Record<string, FormTarget> = {}
  for (const action of Object.keys(actions ?? {})) {
    targets[action] = { method: 'post', action: actionAddress(mfe, name, action) }
  }
  return targets as { [K in keyof Acts]: FormTarget }
}

function checkOptions(
  route: string,
  access: Access,
  cache: CachePolicy,
  shape: Shape,
  tags: readonly string[],
  actions: readonly Action[],
): void {
  if (cache !== 'never' && access !== 'public') {
    throw new DefinitionError(route, `a shared cache cannot hold what only a ${access} may see`, 'Use cache: "never".')
  }
  if (access === 'public' && actions.some(({ who }) => who === 'user')) {
    throw new DefinitionError(route, 'an action for signed-in users on a public fragment', 'Use anonymousAction().')
  }
  const canonical = canonicalInputs(shape)
  for (const tag of tags) {
    for (const [, key = ''] of tag.matchAll(/\{(\w+)\}/g)) {
      // Signed out, {user} is empty, which stands for everybody who is not signed in.
      if (key === 'user' ? cache === 'never' : canonical.has(key)) continue
      if (!Object.hasOwn(shape, key)) {
        const remedy = 'Use an input or, uncached, {user}.'
        throw new DefinitionError(route, `tag "${tag}" names "${key}", which is no input`, remedy)
      }
      // Whoever raises the tag writes the value one way; a page asked for in another would never hear of it.
      const remedy = 'Use an enum, an integer, z.uuid() or .regex(), without default or transform.'
      throw new DefinitionError(route, `tag "${tag}" is made of "${key}", which has several spellings`, remedy)
    }
  }
}
