/** One Koa app that renders the same page in one process: what composing costs is what the others need beyond it. */
import Router from '@koa/router'
import Koa from 'koa'
import { renderToString } from 'preact-render-to-string'
import { openDatabase } from '#kit/database.ts'
import { readSession, SESSION_COOKIE } from '#kit/session.ts'
import { AFTER, BEFORE, Card } from './card.tsx'
import { benchPages, SLOW } from './pages.ts'
import { readSettings } from './settings.ts'

const settings = readSettings()
const db = openDatabase(settings.databaseUrl, () => {})
const app = new Koa()
const router = new Router()

for (const { path, state, fault, sources } of benchPages(settings.counts)) {
  // What hangs or dies is another process, and here there is none.
  if ((state !== 'hit' && state !== 'private') || (fault !== 'well' && fault !== 'slow')) continue
  const cards = sources.map((_, index) => index + 1)
  router.get(path, async (ctx) => {
    if (state === 'private' && !(await readSession(db, ctx.cookies.get(SESSION_COOKIE)))) ctx.throw(401)
    if (fault === 'slow') await new Promise((resolve) => setTimeout(resolve, SLOW))
    ctx.type = 'html'
    ctx.body = BEFORE + cards.map((n) => renderToString(<Card n={n} />)).join('') + AFTER
  })
}
app.use(router.routes())
const server = app.listen(settings.ports.monolith, '127.0.0.1')
server.keepAliveTimeout = 75_000
