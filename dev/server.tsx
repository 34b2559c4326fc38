/** `/_dev` as a service: every fragment by itself, the switches, and news for open pages. Only `npm run dev` starts it. */
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import type Koa from 'koa'
import type { ComponentChild, VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { readForm } from '#kit/body.ts'
import { NotFound } from '#kit/errors.ts'
import type { Log } from '#kit/log.ts'
import { checkSameSite } from '#kit/same-site.ts'
import { createService, type State } from '#kit/service.ts'
import { askAssembly } from './ask.ts'
import type { Catalogue, CatalogueEntry } from './catalogue.ts'
import { type CompanionDesk, hearCompanion, registerCompanion } from './companion.ts'
import { type Desk, isFault } from './desk.ts'
import type { Events } from './events.ts'
import type { Fault } from './faults.ts'
import { BadOverride } from './overrides.ts'
import { Alone } from './pages/alone.tsx'
import { ToolPage } from './pages/document.tsx'
import { FragmentPage } from './pages/fragment.tsx'
import { ListPage } from './pages/list.tsx'
import { readTrial } from './trial.ts'

export interface Tools extends CompanionDesk {
  readonly desk: Desk
  readonly events: Events
  readonly log: Log
  /** The socket of the tier that assembles pages. */
  readonly assembly: string
  setFault(place: string, fault: Fault | undefined): Promise<void>
}

type Ctx = Koa.ParameterizedContext<State>

export function createToolService(tools: Tools): Koa<State> {
  const { desk, events, log } = tools
  const client = buildClient()
  return createService({ log }, (router) => {
    router.get('/_dev', (ctx) => {
      const catalogue = requireCatalogue(desk)
      sendPage(ctx, desk, 'Fragments', <ListPage catalogue={catalogue} desk={desk} />)
    })
    router.get('/_dev/fragments/:mfe/:name', (ctx) => {
      const entry = requireEntry(ctx, desk)
      const page = (
        <FragmentPage
          entry={entry}
          trial={readTrial(new URLSearchParams(ctx.querystring), entry)}
          desk={desk}
          refused={String(ctx.query.refused ?? '')}
        />
      )
      sendPage(ctx, desk, `${entry.mfe}/${entry.name}`, page)
    })
    router.get('/_dev/alone/:mfe/:name', async (ctx) => {
      const entry = requireEntry(ctx, desk)
      const answer = await askAssembly(tools.assembly, `${entry.route}?${ctx.querystring}`, ctx.req.headers)
      sendAlone(ctx, desk, entry, answer)
    })
    router.get('/_dev/fallback/:mfe/:name', (ctx) => {
      const entry = requireEntry(ctx, desk)
      sendAlone(ctx, desk, entry, { status: 200, html: entry.fallback })
    })
    router.post('/_dev/fault/:mfe/:name', async (ctx) => {
      const { place, fields } = await readChange(ctx, desk)
      const { fault = '' } = fields
      await tools.setFault(place, isFault(fault) ? fault : undefined)
      goBack(ctx, place)
    })
    router.post('/_dev/override/:mfe/:name', async (ctx) => {
      const { entry, place, fields } = await readChange(ctx, desk)
      const what = fields.whole ? entry.mfe : place
      try {
        await tools.setOverride(what, fields.address?.trim() || undefined)
        goBack(ctx, place)
      } catch (error) {
        if (!(error instanceof BadOverride)) throw error
        goBack(ctx, place, error.message)
      }
    })
    router.get('/_dev/events', (ctx) => {
      ctx.type = 'text/event-stream'
      ctx.set('Cache-Control', 'no-store')
      ctx.body = events.open()
    })
    router.post('/_dev/companion', (ctx) => registerCompanion(ctx, tools))
    router.post('/_dev/companion/changes', (ctx) => hearCompanion(ctx, tools))
    router.get('/_dev/client.js', (ctx) => {
      ctx.type = 'js'
      ctx.set('Cache-Control', 'no-store')
      ctx.body = client.script
    })
    router.get('/_dev/style.css', (ctx) => {
      ctx.type = 'css'
      ctx.set('Cache-Control', 'no-store')
      ctx.body = client.style
    })
  })
}

function buildClient(): { script: string; style: string } {
  const build = (file: string) => {
    const entry = join(import.meta.dirname, 'browser', file)
    const { outputFiles } = buildSync({ entryPoints: [entry], bundle: true, write: false, format: 'esm' })
    return outputFiles[0]?.text ?? ''
  }
  return { script: build('client.ts'), style: build('style.css') }
}

function requireCatalogue({ started }: Desk): Catalogue {
  if (started) return started.catalogue
  throw new NotFound('The services have not started yet. The terminal says what is wrong.')
}

function requireEntry(ctx: Ctx, desk: Desk): CatalogueEntry {
  const route = `/_/${ctx.params.mfe}/${ctx.params.name}`
  const entry = requireCatalogue(desk).fragments.find((fragment) => fragment.route === route)
  if (entry) return entry
  throw new NotFound(`There is no fragment ${route}.`)
}

async function readChange(ctx: Ctx, desk: Desk) {
  const host = ctx.get('x-forwarded-host') || ctx.host
  const [fetchSite, origin] = [ctx.get('sec-fetch-site') || undefined, ctx.get('origin') || undefined]
  checkSameSite({ method: ctx.method, fetchSite, origin, host, signedIn: true })
  const entry = requireEntry(ctx, desk)
  const fields = await readForm(ctx.req)
  return { entry, place: `${entry.mfe}/${entry.name}`, fields }
}

function goBack(ctx: Ctx, place: string, refused?: string): void {
  ctx.status = 303
  ctx.set('Location', `/_dev/fragments/${place}${refused ? `?${new URLSearchParams({ refused })}` : ''}#switches`)
  ctx.body = ''
}

function sendPage(ctx: Ctx, desk: Desk, title: string, content: ComponentChild): void {
  const catalogue = requireCatalogue(desk)
  const page = (
    <ToolPage title={title} catalogue={catalogue} generation={desk.generation}>
      {content}
    </ToolPage>
  )
  send(ctx, page)
}

function sendAlone(ctx: Ctx, desk: Desk, entry: CatalogueEntry, answer: { status: number; html: string }): void {
  const catalogue = requireCatalogue(desk)
  // The edge lets a page name the styles of its fragments, and this is such a page.
  ctx.set('X-Page-Styles', entry.styles.map(({ source }) => source).join(' '))
  send(ctx, <Alone catalogue={catalogue} entry={entry} {...answer} />)
}

function send(ctx: Ctx, page: VNode): void {
  ctx.type = 'html'
  ctx.set('Cache-Control', 'no-store')
  ctx.body = `<!doctype html>${renderToString(page)}`
}
