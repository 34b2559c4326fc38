/** The gateway as a service. nginx asks it; browsers never reach it directly. */
import type Koa from 'koa'
import type { Database } from '#kit/database.ts'
import { NotFound } from '#kit/errors.ts'
import type { SignIdentity, VerifyIdentity } from '#kit/identity.ts'
import type { Log } from '#kit/log.ts'
import { createService, type State } from '#kit/service.ts'
import { SESSION_COOKIE } from '#kit/session.ts'
import type { Site } from '#kit/site.ts'
import { raiseTags } from '#kit/tags.ts'
import { createDegrader } from './degrade.ts'
import { answerGate, type GateAnswer } from './gate.ts'
import { GATEWAY_TAG, pageVersions } from './versions.ts'
import { visitReader } from './visit.ts'

export interface GatewayDependencies {
  readonly db: Database
  readonly log: Log
  readonly site: Site
  readonly signIdentity: SignIdentity
  readonly verifyIdentity: VerifyIdentity
  /** Shared by all gateways of the site. */
  readonly versionKey: string
}

export async function createGateway(deps: GatewayDependencies): Promise<Koa<State>> {
  const { db, log, site } = deps
  const versions = pageVersions(site, deps.versionKey)
  const degrader = createDegrader(db, log)
  const gate = {
    readVisit: visitReader(db),
    pages: new Map(site.pages.map((page) => [page.id, page])),
    versions,
    signIdentity: deps.signIdentity,
    isRetired: degrader.isRetired,
  }
  const fallbacks = new Map(site.fragments.map(({ route, fallback }) => [route, fallback]))
  await raiseTags(db, [GATEWAY_TAG])

  const checkReady = async () => void (await db.query('select 1'))
  return createService({ log, checkReady }, (router, addExact) => {
    addExact('/_gate', async (ctx) => {
      const request = {
        page: ctx.get('x-page'),
        fragment: ctx.get('x-fragment'),
        inputs: new URLSearchParams(ctx.get('x-inputs')),
        cookie: ctx.cookies.get(SESSION_COOKIE),
        ifNoneMatch: ctx.get('if-none-match'),
      }
      sendGate(ctx, await answerGate(request, gate))
    })
    router.get('/_fallback/:mfe/:name', async (ctx) => {
      const fallback = fallbacks.get(`/_/${ctx.params.mfe}/${ctx.params.name}`)
      if (fallback === undefined) throw new NotFound()
      const user = deps.verifyIdentity(ctx.get('x-identity'))
      await degrader.mark({ page: ctx.get('x-page'), version: ctx.get('x-page-version'), user })
      ctx.type = 'html'
      ctx.set('Cache-Control', 'no-store')
      ctx.body = fallback
    })
  })
}

function sendGate(ctx: Koa.ParameterizedContext<State>, answer: GateAnswer): void {
  ctx.status = answer.status
  ctx.set('Cache-Control', 'no-store')
  if (answer.unchanged) ctx.set('X-Page', 'unchanged')
  if (answer.identity) ctx.set('X-Identity', answer.identity)
  if (answer.version) ctx.set('X-Page-Version', answer.version)
  if (answer.includeVersions) ctx.set('X-Include-Versions', answer.includeVersions)
  if (answer.signIn) ctx.set('X-Sign-In', answer.signIn)
  ctx.body = ''
}
