/**
 * The Koa app that every service is: health, one log line a request, one error path, whole answers.
 * Answers are strings, so Koa sends them in one piece with Content-Length: a service that dies in mid-answer leaves a
 * short body that nginx detects, never half a fragment that it would cache.
 */
import Router from '@koa/router'
import Koa from 'koa'
import { NotFound, Refusal } from './errors.ts'
import type { Log } from './log.ts'
import { describeProblem, type Problem, problemDocument } from './problem.tsx'
import { inTrace, traceId } from './trace.ts'

export interface State {
  trace: string
  log: Log
  /** How this route tells a problem to people; JSON where it is not set. */
  tellProblem?: (problem: Problem) => string
}

export interface ServiceOptions {
  readonly log: Log
  /** Rejects, with the reason, while the service cannot do its work. */
  readonly checkReady?: () => Promise<void>
}

export type ServiceRouter = Router<State>
export type Answer = (ctx: Koa.ParameterizedContext<State>) => void | Promise<void>
/** Adds a GET of one address without parameters: found at once, where the router looks through all it has. */
export type AddExact = (path: string, answer: Answer) => void

/** Builds the app; `fill` adds its routes. It does not listen: tests call its handler, `listen()` serves it. */
export function createService(
  { log, checkReady }: ServiceOptions,
  fill: (router: ServiceRouter, addExact: AddExact) => void,
): Koa<State> {
  const app = new Koa<State>()
  const router: ServiceRouter = new Router<State>()
  const exact = new Map<string, Answer>()
  router.get('/healthz', (ctx) => {
    ctx.body = 'ok\n'
  })
  router.get('/readyz', async (ctx) => {
    await checkReady?.()
    ctx.body = 'ready\n'
  })
  fill(router, (path, answer) => {
    exact.set(path, answer)
    // For other spellings of it, and for other methods.
    router.get(path, (ctx) => answer(ctx))
  })

  app.use(async (ctx, next) => {
    const started = performance.now()
    ctx.state.trace = traceId(ctx.get('traceparent'))
    ctx.state.log = log
    await inTrace(ctx.state.trace, async () => {
      try {
        const answer = ctx.method === 'GET' ? exact.get(ctx.path) : undefined
        await (answer ? answer(ctx) : next())
        refuseUnrouted(ctx)
      } catch (error) {
        answerProblem(ctx, describeProblem(error), error)
      }
      if (!log.isLevelEnabled('info')) return
      const ms = Math.round(performance.now() - started)
      log.info({ method: ctx.method, path: ctx.path, status: ctx.status, ms }, 'answered')
    })
  })
  app.use(router.routes())
  app.use(router.allowedMethods())
  // Errors after the answer has begun: the client has gone, which is nobody's fault.
  app.on('error', (error: Error) => log.debug({ err: error }, 'connection ended early'))
  return app
}

/** The router answers an unknown path or method with a bare status: the one error path says more. */
function refuseUnrouted(ctx: Koa.ParameterizedContext<State>): void {
  if (ctx.status === 404 && ctx.body === undefined) throw new NotFound()
  if (ctx.status !== 405 && ctx.status !== 501) return
  throw new Refusal(405, 'This address does not take that method.', { Allow: ctx.response.get('Allow') })
}

function answerProblem(ctx: Koa.ParameterizedContext<State>, problem: Problem, error: unknown): void {
  if (problem.fault) ctx.state.log.error({ err: error, path: ctx.path }, 'failed')
  ctx.set({ ...problem.headers, 'Cache-Control': 'no-store' })
  ctx.status = problem.status
  if (ctx.state.tellProblem) {
    ctx.type = 'html'
    ctx.body = ctx.state.tellProblem(problem)
  } else {
    ctx.body = problemDocument(problem, ctx.state.trace)
    ctx.type = 'application/problem+json'
  }
}
