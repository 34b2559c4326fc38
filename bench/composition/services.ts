/**
 * The process behind the compositions: our own services on their sockets, as `npm start` runs them, and the same
 * fragments over HTTP for the peers.
 */
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { NO_ASSETS } from '#kit/assets.fixture.ts'
import { openDatabase } from '#kit/database.ts'
import { identitySigner, identityVerifier } from '#kit/identity.ts'
import { listen } from '#kit/listen.ts'
import { openLog } from '#kit/log.ts'
import { createMfe } from '#kit/mfe.tsx'
import { carryBySocket, createNeighbour, createNeighbourKeys } from '#kit/neighbours.ts'
import { createGateway } from '../../gateway/serve.ts'
import { createLayoutService } from '../../layout/serve.ts'
import { AFTER, BEFORE, cardHtml, FALLBACK } from './card.tsx'
import { openDead, openHanging } from './faults.ts'
import { type BenchPage, benchPages } from './pages.ts'
import { readSettings, type Settings } from './settings.ts'
import { createLayouts, createSite, FRAGMENTS } from './site.tsx'

const KEEP_ALIVE_MS = 75_000

await start(readSettings())

async function start(settings: Settings): Promise<void> {
  const { sockets, privateKey, publicKey, ports, counts } = settings
  const log = openLog('silent')
  const open = (size: number) => openDatabase(settings.databaseUrl, () => {}, { size })
  const verifyIdentity = identityVerifier(publicKey)
  const pages = benchPages(counts)
  const layouts = createLayouts(pages)
  const socketOf = (name: string) => `${sockets}/${name}`

  const names = Object.keys(FRAGMENTS)
  const keys = createNeighbourKeys(names)
  const apps = new Map<string, RequestListener>()
  for (const fragment of Object.values(FRAGMENTS)) {
    const neighbour = createNeighbour(fragment.mfe, keys, carryBySocket(socketOf))
    const deps = { db: open(2), log, verifyIdentity, neighbour, assets: NO_ASSETS }
    apps.set(fragment.mfe, createMfe({ fragments: [fragment], endpoints: [], provisions: [] }, deps).callback())
  }
  for (const [name, app] of apps) {
    if (name !== 'hanging' && name !== 'dead') await listen(app, socketOf(name))
  }
  await openHanging(socketOf('hanging'))
  await openDead(socketOf('dead'))

  const gateway = await createGateway({
    db: open(5),
    log,
    site: createSite(layouts),
    signIdentity: identitySigner(privateKey),
    verifyIdentity,
    versionKey: privateKey,
  })
  await listen(gateway.callback(), socketOf('gateway'))
  await listen(createLayoutService(layouts, log).callback(), socketOf('layout'))

  await openHanging(ports.hanging)
  await openDead(ports.dead)
  const origin = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, createOrigin(apps, pages))
  await once(origin.listen(ports.origin, '127.0.0.1'), 'listening')
}

/**
 * What peers ask. A fragment that may be cached answers from memory at once, as if each peer had a perfect cache of
 * fragments in front of it; what is rendered for a person is rendered by the same service as ours.
 */
function createOrigin(apps: ReadonlyMap<string, RequestListener>, pages: readonly BenchPage[]): RequestListener {
  const ready = new Map<string, Buffer>([['/fallback', Buffer.from(FALLBACK)]])
  for (const page of pages) {
    page.sources.forEach((_, index) => {
      ready.set(`/hit/card?n=${index + 1}`, Buffer.from(cardHtml(index + 1)))
    })
    if (page.state === 'hit') ready.set(page.path, Buffer.from(esiOf(page)))
  }
  return (request, response) => {
    const url = request.url ?? ''
    const known = ready.get(url)
    // Podium compares this version with the one of the manifest.
    response.setHeader('podlet-version', '1')
    if (known) {
      response.setHeader('Content-Type', 'text/html; charset=utf-8')
      response.setHeader('Cache-Control', 'public, s-maxage=600')
      response.setHeader('Content-Length', known.length)
      response.end(known)
      return
    }
    const app = apps.get(/^\/_\/(\w+)\//.exec(url)?.[1] ?? '')
    if (app) return app(request, response)
    response.statusCode = 404
    response.end()
  }
}

/** The page for Varnish. Lost fragments are lost at backends of their own, which it knows by their paths. */
function esiOf({ sources }: BenchPage): string {
  const includes = sources.map((source, index) => {
    const path = source === 'hit' ? '/hit/card' : `/_/${source}/card`
    return `<esi:include src="${path}?n=${index + 1}"/>`
  })
  return BEFORE + includes.join('') + AFTER
}
