/** The layout as a service: page layouts by id, rendered once, cached by nginx for as long as the build lives. */
import type Koa from 'koa'
import { NotFound } from '#kit/errors.ts'
import type { Log } from '#kit/log.ts'
import { createService, type State } from '#kit/service.ts'
import type { Layout } from './layouts.tsx'

/** Builds the app. The cache key of the edge holds the build, so a layout never needs a purge. */
export function createLayoutService(layouts: readonly Layout[], log: Log): Koa<State> {
  const byId = new Map(layouts.map((layout) => [layout.page.id, layout]))
  return createService({ log }, (router) => {
    router.get('/_i/layout/:page/whole', (ctx) => send(ctx, byId.get(String(ctx.params.page))?.whole()))
    router.get('/_i/layout/:page/:part/:mfe/:name', (ctx) => {
      const layout = byId.get(String(ctx.params.page))
      const fragment = `/_/${ctx.params.mfe}/${ctx.params.name}`
      send(ctx, layout && partOf(layout, String(ctx.params.part), fragment, ctx.query.problem !== undefined))
    })
  })
}

function partOf(layout: Layout, part: string, fragment: string, problem: boolean): string | undefined {
  if (part === 'top') return layout.top(fragment, problem)
  if (part === 'bottom') return layout.bottom(fragment)
  return part === 'failed' ? layout.failed(fragment) : undefined
}

function send(ctx: Koa.ParameterizedContext<State>, html: string | undefined): void {
  if (html === undefined) throw new NotFound('There is no such layout.')
  ctx.type = 'html'
  ctx.set('Cache-Control', 'public, max-age=0, s-maxage=86400, stale-while-revalidate=86400, stale-if-error=86400')
  ctx.body = html
}
