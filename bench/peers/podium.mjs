/**
 * Podium's layout on a plain HTTP server, which is faster than the Express of its guides. Each fragment is a podlet whose
 * manifest is read once; it keeps no content. All are fetched side by side, then the page is sent.
 */
import { createServer } from 'node:http'
import Layout from '@podium/layout'
import Podlet from '@podium/podlet'
import { HttpIncoming } from '@podium/utils'
import { identify } from './identity.mjs'
import { AFTER, BEFORE, FALLBACK, KEEP_ALIVE_MS, pages, placeOf, settings } from './settings.mjs'

const manifests = new Map()
const layout = new Layout({ name: 'bench', pathname: '/' })
layout.view((_incoming, body) => BEFORE + body + AFTER)

const podlets = new Map(pages.map(({ path, sources }) => [path, sources.map(podletOf)]))

const manifestServer = createServer((request, response) => {
  if (request.url === '/fallback') return response.end(FALLBACK)
  response.setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify(manifests.get(request.url)))
})
await new Promise((resolve) => manifestServer.listen(settings.ports.manifests, '127.0.0.1', resolve))

const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, async (request, response) => {
  const resources = podlets.get(request.url)
  if (!resources) return response.writeHead(404).end()
  try {
    const incoming = new HttpIncoming(request, response, {})
    await layout.process(incoming)
    const headers = {}
    if (request.url.startsWith('/private/')) {
      headers['x-identity'] = await identify(request)
      if (!headers['x-identity']) return response.writeHead(401).end()
    }
    const parts = await Promise.all(resources.map(({ podlet, n }) => podlet.fetch(incoming, { query: { n }, headers })))
    const html = layout.render(incoming, parts.map(({ content }) => content).join(''))
    response.setHeader('Content-Type', 'text/html; charset=utf-8')
    response.end(html)
  } catch {
    response.writeHead(500).end()
  }
})
server.listen(settings.ports.podium, '127.0.0.1')

/** One podlet for each kind of fragment; the card's number is in the query. */
function podletOf(source, index) {
  const known = manifests.has(`/${source}`)
  if (!known) {
    const { src, timeout } = placeOf(source, index + 1)
    const content = src.split('?')[0]
    const manifest = new Podlet({
      name: source,
      version: '1',
      pathname: '/',
      content,
      fallback: `http://127.0.0.1:${settings.ports.manifests}/fallback`,
    })
    manifests.set(`/${source}`, manifest)
    layout.client.register({ name: source, uri: `http://127.0.0.1:${settings.ports.manifests}/${source}`, timeout })
  }
  return { podlet: layout.client[source], n: index + 1 }
}
