/** Bytes as they cross the network: a TCP relay in front of the portal counts what it sends, encryption included. */
import { connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2'
import { connect, createServer } from 'node:net'
import { portOf } from '../machine/ports.ts'

export interface WireAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Everything the server sent for this request: frames, headers, body. */
  readonly bytes: number
  readonly body: Buffer
}

export interface Wire {
  get(path: string, headers?: Record<string, string>): Promise<WireAnswer>
  close(): void
}

/** Opens one HTTP/2 connection, as a browser keeps it for a visit. Requests must be made one after the other. */
export async function openWire(port: number): Promise<Wire> {
  let sent = 0
  const relay = createServer((client) => {
    const server = connect(port, '127.0.0.1')
    server.on('data', (chunk) => {
      sent += chunk.length
    })
    client.pipe(server).pipe(client)
    client.on('error', () => server.destroy())
    server.on('error', () => client.destroy())
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  const session = connectHttp2(`https://localhost:${portOf(relay)}`, { rejectUnauthorized: false })
  await new Promise((resolve, reject) => {
    session.once('error', reject)
    session.once('remoteSettings', resolve)
  })
  await settled()
  return {
    async get(path, headers = {}) {
      const before = sent
      const stream = session.request({
        ':path': path,
        ':authority': `localhost:${port}`,
        'accept-encoding': 'br',
        ...headers,
      })
      const answer = await new Promise<IncomingHttpHeaders & { ':status'?: number }>((resolve, reject) => {
        stream.once('response', resolve)
        stream.once('error', reject)
      })
      const chunks: Buffer[] = []
      for await (const chunk of stream) chunks.push(chunk)
      await settled()
      return { status: answer[':status'] ?? 0, headers: answer, bytes: sent - before, body: Buffer.concat(chunks) }
    },
    close() {
      session.close()
      relay.close()
    },
  }
}

/** Session tickets and window updates may follow the last byte of an answer. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50))
}
