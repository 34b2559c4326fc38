/** A service that answers what a test tells it, and remembers what it was asked. */
import { once } from 'node:events'
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

export type Handler = (request: IncomingMessage & { text: string }, response: ServerResponse) => void

export interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface FakeService {
  readonly asked: Asked[]
  /** By path, or by the beginning of one with `*` at its end. The last one given counts. */
  answer(path: string, handler: Handler | string): void
  start(): Promise<void>
  stop(): Promise<void>
}

export function fakeService(socket: string): FakeService {
  const handlers = new Map<string, Handler>()
  const asked: Asked[] = []
  let server: Server | undefined

  return {
    asked,
    answer: (path, handler) => void handlers.set(path, typeof handler === 'string' ? html(handler) : handler),
    async start() {
      rmSync(socket, { force: true })
      server = createServer((request, response) => void serve(request, response))
      server.listen(socket)
      await once(server, 'listening')
      chmodSync(socket, 0o666)
    },
    async stop() {
      if (!server) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
      server = undefined
    },
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece)
    const body = Buffer.concat(pieces).toString()
    const { method = '', url = '', headers } = request
    asked.push({ method, url, headers, body })
    const [path = ''] = url.split('?')
    findHandler(path)(Object.assign(request, { text: body }), response)
  }

  function findHandler(path: string): Handler {
    const open = [...handlers.keys()].filter((key) => key.endsWith('*') && path.startsWith(key.slice(0, -1)))
    const longest = open.sort((a, b) => b.length - a.length)[0] ?? ''
    return handlers.get(path) ?? handlers.get(longest) ?? html(`<p>${path}</p>`)
  }
}

/** A good fragment that nobody may keep. */
export function html(text: string, headers: Record<string, string> = {}): Handler {
  return (_, response) => {
    response.writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'private, no-store',
      'Content-Length': Buffer.byteLength(text),
      ...headers,
    })
    response.end(text)
  }
}
