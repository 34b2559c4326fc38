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
  /** By path, or by the beginning of one with `*` at its end. Sockets get their own words back. */
  answer(path: string, handler: Handler | string): void
  /** Does nothing where it runs already. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Forgets what it was asked and what it was told to answer. */
  forget(): void
}

export function fakeService(socket: string): FakeService {
  const handlers = new Map<string, Handler>()
  const asked: Asked[] = []
  let server: Server | undefined

  return {
    asked,
    answer: (path, handler) => void handlers.set(path, typeof handler === 'string' ? html(handler) : handler),
    forget() {
      handlers.clear()
      asked.length = 0
    },
    async start() {
      if (server) return
      rmSync(socket, { force: true })
      server = createServer((request, response) => void serve(request, response))
      server.on('upgrade', (request, connection) => {
        asked.push({ method: 'UPGRADE', url: request.url ?? '', headers: request.headers, body: '' })
        connection.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
        connection.pipe(connection)
      })
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
