/** An MFE as a Koa app: its fragments, their actions and its API, compiled from the definitions. */
import { createHash } from 'node:crypto'
import type Koa from 'koa'
import type { ComponentChild, VNode } from 'preact'
import type { AssetUrls } from './assets.ts'
import { readForm, readJson } from './body.ts'
import type { Request, User } from './context.ts'
import type { AskNeighbour, Provision } from './contract.ts'
import type { Database } from './database.ts'
import { withDeadline } from './deadline.ts'
import type { Endpoint } from './endpoint.ts'
import { Invalid, NotFound, Refusal } from './errors.ts'
import type { FormState, Fragment } from './fragment.ts'
import type { VerifyIdentity } from './identity.ts'
import { ssiInclude } from './include.tsx'
import type { Log } from './log.ts'
import { innerPath, type Neighbour } from './neighbours.ts'
import { describeProblem, type Problem, ProblemNotice } from './problem.tsx'
import { compose, render } from './render.tsx'
import { checkSameSite } from './same-site.ts'
import { type Answer, createService, type State } from './service.ts'

export interface MfeDefinitions {
  readonly fragments: readonly Fragment[]
  readonly endpoints: readonly Endpoint[]
  readonly provisions: readonly Provision[]
}

export interface MfeDependencies {
  readonly db: Database
  readonly log: Log
  readonly verifyIdentity: VerifyIdentity
  /** This MFE among the others. */
  readonly neighbour: Neighbour
  readonly assets: AssetUrls
  /** What to show of a fault in the fragment's place; undefined for its fallback. For development. */
  readonly explainFault?: (error: unknown, fragment: Fragment) => VNode | undefined
}

type Ctx = Koa.ParameterizedContext<State>

/** Builds the app of one MFE. It is ready while its database answers. */
export function createMfe({ fragments, endpoints, provisions }: MfeDefinitions, deps: MfeDependencies): Koa<State> {
  const checkReady = async () => void (await deps.db.query('select 1'))
  return createService({ log: deps.log, checkReady }, (router, addExact) => {
    for (const fragment of fragments) {
      addExact(fragment.route, explainFaults(fragment, deps, answerFragment))
      if (!fragment.actions.length) continue
      const act = explainFaults(fragment, deps, answerAction)
      router.post(fragment.route, (ctx) => act(ctx))
    }
    for (const endpoint of endpoints) {
      router.register(endpoint.path, [endpoint.method], (ctx) => answerEndpoint(ctx, endpoint, deps))
    }
    for (const provision of provisions) {
      router.post(innerPath(provision), (ctx) => answerNeighbour(ctx, provision, deps))
    }
    // A caller of another build asks for what we do not know yet: that is no "there is no such thing".
    router.post(innerPath({ provider: ':mfe', name: ':name' }), () => {
      throw new Refusal(501, 'This build does not know that contract.')
    })
  })
}

/** On a page the explanation is a good answer, or nginx would show the fallback instead. */
function explainFaults(
  fragment: Fragment,
  deps: MfeDependencies,
  answer: (ctx: Ctx, fragment: Fragment, deps: MfeDependencies) => Promise<void>,
): Answer {
  const { explainFault, assets } = deps
  if (!explainFault) return (ctx) => answer(ctx, fragment, deps)
  return async (ctx) => {
    try {
      await answer(ctx, fragment, deps)
    } catch (error) {
      const explanation = describeProblem(error).fault ? explainFault(error, fragment) : undefined
      if (!explanation) throw error
      const status = ctx.get('x-include') ? 200 : 500
      ctx.set('Cache-Control', 'no-store')
      ctx.status = status
      ctx.type = 'html'
      ctx.body = wrapPrimary(ctx, fragment, status, compose(render(explanation, assets)))
    }
  }
}

async function answerFragment(ctx: Ctx, fragment: Fragment, deps: MfeDependencies): Promise<void> {
  tellProblemsAround(ctx, fragment, deps.assets, (problem) =>
    problem.fault ? fragment.fallback : <ProblemNotice problem={problem} proof={fragment.proof} />,
  )
  const user = fragment.cache ? undefined : deps.verifyIdentity(ctx.get('x-identity'))
  if (ctx.get('x-include') && !user && fragment.access !== 'public') {
    ctx.status = 204
    return
  }
  const query = queryOf(ctx)
  await sendFragment(ctx, fragment, deps, 200, (signal) =>
    fragment.show(query, fragment.cache ? anonymousRequest(ctx, deps, signal) : requestOf(ctx, deps, user, signal)),
  )
  ctx.set('Cache-Control', cacheControl(fragment))
  const tags = fragment.tagsOf(query, user)
  if (tags.length) ctx.set('Cache-Tag', tags.join(' '))
  if (!ctx.get('x-include') && !ctx.get('x-primary')) answerConditionally(ctx)
}

/** An action that succeeds is a 303, so that reloading never repeats it; one that is refused shows the form again. */
async function answerAction(ctx: Ctx, fragment: Fragment, deps: MfeDependencies): Promise<void> {
  // Never the fallback: it speaks of showing something, and we do not know how far the action came.
  tellProblemsAround(ctx, fragment, deps.assets, (problem) => (
    <ProblemNotice problem={problem} acted proof={fragment.proof} />
  ))
  const user = deps.verifyIdentity(ctx.get('x-identity'))
  checkOrigin(ctx, user)
  const query = queryOf(ctx)
  const action = actionName(query.get('action') ?? '', fragment)
  query.delete('action')
  const fields = await readForm(ctx.req)
  ctx.set('Cache-Control', 'private, no-store')
  try {
    const outcome = await withDeadline(fragment.timeout, (signal) =>
      fragment.act(action, fields, requestOf(ctx, deps, user, signal)),
    )
    if (outcome?.cookie) ctx.set('Set-Cookie', outcome.cookie)
    const target = outcome?.to ?? ctx.get('x-page-path')
    if (target) return seeOther(ctx, target)
    await sendFragment(ctx, fragment, deps, 200, (signal) => fragment.show(query, requestOf(ctx, deps, user, signal)))
  } catch (error) {
    const form = formAfter(error, action, fields, fragment)
    if (!form) throw error
    const { status, fault } = describeProblem(error)
    if (fault) ctx.state.log.error({ err: error, path: ctx.path }, 'action failed')
    await sendFragment(ctx, fragment, deps, status, (signal) =>
      fragment.show(query, requestOf(ctx, deps, user, signal), form),
    )
  }
}

async function answerEndpoint(ctx: Ctx, endpoint: Endpoint, deps: MfeDependencies): Promise<void> {
  const user = deps.verifyIdentity(ctx.get('x-identity'))
  checkOrigin(ctx, user)
  const query = queryOf(ctx)
  for (const [name, value] of Object.entries<string>(ctx.params)) query.append(name, value)
  const body = endpoint.takesBody ? await readJson(ctx.req) : undefined
  const header = (name: string) => ctx.get(name) || undefined
  const answer = await withDeadline(endpoint.timeout, (signal) =>
    endpoint.answer(query, body, { ctx: requestOf(ctx, deps, user, signal), header }),
  )
  ctx.set({ 'Cache-Control': 'private, no-store', ...answer.headers })
  ctx.status = answer.status
  if (answer.body === undefined) return
  ctx.body = JSON.stringify(answer.body)
  ctx.type = 'application/json'
}

/** Another MFE asks; nginx and browsers cannot. */
async function answerNeighbour(ctx: Ctx, provision: Provision, deps: MfeDependencies): Promise<void> {
  const caller = deps.neighbour.verifyCaller(ctx.get('x-service')) ?? ''
  const json = await readJson(ctx.req)
  const answer = await withDeadline(provision.timeout, (signal) =>
    provision.answer(json, { ...inner(ctx, deps, signal), caller }),
  )
  ctx.body = JSON.stringify(answer)
  ctx.type = 'application/json'
}

async function sendFragment(
  ctx: Ctx,
  fragment: Fragment,
  deps: MfeDependencies,
  status: number,
  show: (signal: AbortSignal) => Promise<ComponentChild>,
): Promise<void> {
  const content = await withDeadline(fragment.timeout, show)
  ctx.status = status
  ctx.type = 'html'
  ctx.body = wrapPrimary(ctx, fragment, status, compose(render(content, deps.assets)))
}

/** As a page's primary fragment the answer brings the page along: nginx includes the layout around it. */
function wrapPrimary(ctx: Ctx, fragment: Fragment, status: number, html: string): string {
  const page = ctx.get('x-primary')
  if (!page) return html
  const place = `${fragment.mfe}/${fragment.name}`
  // The title says so too: it is what a screen reader tells first.
  const top = ssiInclude(`/_i/layout/${page}/top/${place}${status < 400 ? '' : '?problem=1'}`)
  return `${top}${html}${ssiInclude(`/_i/layout/${page}/bottom/${place}`)}`
}

function tellProblemsAround(ctx: Ctx, fragment: Fragment, assets: AssetUrls, tell: (problem: Problem) => VNode): void {
  ctx.state.tellProblem = (problem) =>
    wrapPrimary(ctx, fragment, problem.status, compose(render(tell(problem), assets)))
}

function requestOf(
  ctx: Ctx,
  deps: MfeDependencies,
  user: User | undefined,
  signal: AbortSignal,
): Request & { user: User | undefined } {
  return {
    ...inner(ctx, deps, signal),
    user,
    page: ctx.get('x-page-path'),
    address: ctx.get('x-forwarded-for') || (ctx.req.socket.remoteAddress ?? ''),
  }
}

/** What work for a request needs, whoever asked. */
function inner(ctx: Ctx, { db, neighbour }: MfeDependencies, signal: AbortSignal) {
  const { log, trace } = ctx.state
  const ask: AskNeighbour = (contract, input) => neighbour.ask(contract, input, { trace, signal })
  return { db, log, trace, signal, ask }
}

/** What is kept for everybody must not see who asked first, nor from where. */
function anonymousRequest(ctx: Ctx, deps: MfeDependencies, signal: AbortSignal): Request & { user: undefined } {
  return { ...requestOf(ctx, deps, undefined, signal), user: undefined, page: '', address: '' }
}

function queryOf(ctx: Ctx): URLSearchParams {
  return new URLSearchParams(ctx.querystring)
}

function checkOrigin(ctx: Ctx, user: User | undefined): void {
  checkSameSite({
    method: ctx.method,
    fetchSite: ctx.get('sec-fetch-site') || undefined,
    origin: ctx.get('origin') || undefined,
    host: ctx.get('x-forwarded-host') || ctx.host,
    signedIn: user !== undefined,
  })
}

/** `payments/detail.cancel` → `cancel`, if it is an action of this fragment. */
function actionName(address: string, fragment: Fragment): string {
  const prefix = `${fragment.mfe}/${fragment.name}.`
  if (!address.startsWith(prefix)) throw new NotFound(`There is no action "${address}" here.`)
  return address.slice(prefix.length)
}

function seeOther(ctx: Ctx, target: string): void {
  ctx.status = 303
  ctx.set('Location', target)
  ctx.type = 'text'
  ctx.body = `See ${target}\n`
}

/**
 * The form as it was sent, where what happened belongs at it: wrong values, a state that has moved on, or a failure of
 * ours after which the same form may be sent again.
 */
function formAfter(
  error: unknown,
  action: string,
  fields: Record<string, string>,
  fragment: Fragment,
): FormState | undefined {
  const secret = fragment.secrets.get(action) ?? []
  const values = Object.fromEntries(Object.entries(fields).filter(([name]) => !secret.includes(name)))
  const form = { action, values, errors: {}, problem: undefined, unsure: false }
  if (error instanceof Invalid) return { ...form, errors: error.fields, problem: error.message }
  if (error instanceof Refusal) return error.status === 409 ? { ...form, problem: error.message } : undefined
  return fragment.proof ? { ...form, unsure: true } : undefined
}

function cacheControl({ cache }: Fragment): string {
  if (!cache) return 'private, no-store'
  const { seconds, stale } = cache
  return `public, max-age=0, s-maxage=${seconds}, stale-while-revalidate=${stale}, stale-if-error=${stale}`
}

/** A browser that holds this very answer gets 304. On a page the whole page's version decides instead. */
function answerConditionally(ctx: Ctx): void {
  ctx.etag = `W/"${createHash('sha256').update(String(ctx.body)).digest('base64url').slice(0, 22)}"`
  if (ctx.fresh) {
    ctx.status = 304
    ctx.body = null
  }
}
