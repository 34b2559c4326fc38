/** Tailor, with the templates in memory and its own client; Node.js keeps its connections. */
import { createServer } from 'node:http'
import Tailor from 'node-tailor'
import filterHeaders from 'node-tailor/lib/filter-headers.js'
import StringifierStream from 'node-tailor/lib/streams/stringifier-stream.js'
import { identify } from './identity.mjs'
import { AFTER, BEFORE, KEEP_ALIVE_MS, origin, pages, placeOf, settings } from './settings.mjs'

// Tailor 3.9.2 sends the head when its stream says 'finish'. Since Node.js 15 that waits for the last fragment, and nothing
// streams any more; so 'finish' is told as it was when Tailor was written.
StringifierStream.prototype._final = function tellFinish(done) {
  this._flush(() => this.push(null))
  done()
}

const templates = new Map(pages.map((page) => [page.path, templateOf(page)]))
const parsed = new Map()

const tailor = new Tailor({
  // As its own fetcher of files does: a template is parsed once.
  async fetchTemplate(request, parse) {
    const path = request.url
    if (!parsed.has(path)) parsed.set(path, await parse(templates.get(path)))
    return parsed.get(path)
  },
  filterRequestHeaders(attributes, request) {
    const headers = filterHeaders(attributes, request)
    return request.identity ? { ...headers, 'x-identity': request.identity } : headers
  },
})

const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, async (request, response) => {
  if (!templates.has(request.url)) return response.writeHead(404).end()
  if (request.url.startsWith('/private/')) {
    request.identity = await identify(request)
    if (!request.identity) return response.writeHead(401).end()
  }
  tailor.requestHandler(request, response)
})
server.listen(settings.ports.tailor, '127.0.0.1')

function templateOf({ sources }) {
  const tags = sources.map((source, index) => {
    const { src, timeout } = placeOf(source, index + 1)
    return `<fragment src="${src}" timeout="${timeout}" fallback-src="${origin}/fallback"></fragment>`
  })
  return BEFORE + tags.join('') + AFTER
}
