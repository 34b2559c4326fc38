/** Asks as a browser or an attacker would: any path, any header, every byte as it comes. */
import { once } from 'node:events'
import { type IncomingMessage, request as requestPlain } from 'node:http'
import { request } from 'node:https'
import { connect as connectTls } from 'node:tls'

export interface Ask {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Called with each piece as it arrives; resolves the answer's end all the same. */
  readonly onData?: (piece: Buffer) => void
  readonly plain?: boolean
}

export interface Answer {
  readonly status: number
  /** One string for each header; several values are joined by ` + ` so that doubles are seen. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly text: string
}

export async function ask(port: number, path: string, options: Ask = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body, onData, plain = false } = options
  const target = { host: '127.0.0.1', port, path, method, agent: false as const }
  const asked = plain
    ? requestPlain({ ...target, headers: { host: `localhost:${port}`, ...headers } })
    : request({ ...target, rejectUnauthorized: false, headers: { host: `localhost:${port}`, ...headers } })
  asked.end(body)
  const [response]: [IncomingMessage] = (await once(asked, 'response')) as [IncomingMessage]
  const pieces: Buffer[] = []
  for await (const piece of response) {
    pieces.push(piece)
    onData?.(piece)
  }
  const whole = Buffer.concat(pieces)
  return {
    status: response.statusCode ?? 0,
    headers: joinHeaders(response.rawHeaders),
    body: whole,
    text: whole.toString(),
  }
}

/** Sends these very bytes over TLS and gives back all that comes. */
export async function askRaw(port: number, text: string): Promise<string> {
  const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] })
  await once(socket, 'secureConnect')
  socket.write(text)
  const pieces: Buffer[] = []
  socket.on('data', (piece) => pieces.push(piece))
  await once(socket, 'close')
  return Buffer.concat(pieces).toString()
}

function joinHeaders(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (let index = 0; index < raw.length; index += 2) {
    const [name = '', value = ''] = raw.slice(index, index + 2)
    const key = name.toLowerCase()
    headers[key] = key in headers ? `${headers[key]} + ${value}` : value
  }
  return headers
}
