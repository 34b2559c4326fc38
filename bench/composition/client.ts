/** HTTP/1.1 with the time of the first and the last byte of each answer. Loopback only. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

export interface Where {
  readonly port: number
  readonly tls?: boolean
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly encoding: string
  readonly body: Buffer
  /** Moments as `performance.now()` tells them: when the first and the last byte of the body were here. */
  readonly first: number
  readonly last: number
}

export interface Client {
  /** Makes sure that so many connections are open and idle. */
  open(count: number): Promise<void>
  /** Rejects when the connection breaks, the answer makes no sense, or it takes longer than five seconds. */
  get(path: string): Promise<Answer>
  close(): void
}

/** No contestant may take longer for any page. */
const LIMIT_MS = 5_000

export function createClient({ port, tls = false, headers = {} }: Where): Client {
  const idle: Connection[] = []
  const all = new Set<Connection>()
  const lines = Object.entries({ host: `localhost:${port}`, ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  )
  const tail = ` HTTP/1.1\r\n${lines.join('')}\r\n`

  const add = async () => {
    const connection = await openConnection(port, tls)
    all.add(connection)
    connection.socket.once('close', () => {
      all.delete(connection)
      const index = idle.indexOf(connection)
      if (index >= 0) idle.splice(index, 1)
    })
    return connection
  }

  return {
    async open(count) {
      while (idle.length < count) idle.push(await add())
    },
    async get(path) {
      const connection = idle.pop() ?? (await add())
      const { answer, keep } = await connection.ask(`GET ${path}${tail}`)
      if (keep) idle.push(connection)
      else connection.socket.destroy()
      return answer
    },
    close() {
      for (const { socket } of all) socket.destroy()
    },
  }
}

interface Connection {
  readonly socket: Socket
  ask(request: string): Promise<{ answer: Answer; keep: boolean }>
}

async function openConnection(port: number, tls: boolean): Promise<Connection> {
  const socket = tls
    ? connectTls({ host: '127.0.0.1', port, servername: 'localhost', rejectUnauthorized: false })
    : connect({ host: '127.0.0.1', port })
  socket.setNoDelay(true)
  await once(socket, tls ? 'secureConnect' : 'connect')
  let reader: Reader | undefined
  let settle: ((result: Error | { answer: Answer; keep: boolean }) => void) | undefined
  const finish = (result: Error | { answer: Answer; keep: boolean }) => {
    const told = settle
    settle = undefined
    reader = undefined
    told?.(result)
  }
  socket.on('data', (data) => {
    if (!reader) return socket.destroy()
    try {
      const done = reader.read(Buffer.isBuffer(data) ? data : Buffer.from(data))
      if (done) finish(done)
    } catch (error) {
      finish(error instanceof Error ? error : new Error(String(error)))
      socket.destroy()
    }
  })
  socket.on('error', (error) => finish(error))
  socket.on('close', () => finish(new Error('The connection was closed before the answer was whole.')))

  return {
    socket,
    ask: (request) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => socket.destroy(), LIMIT_MS)
        reader = createReader()
        settle = (result) => {
          clearTimeout(timer)
          if (result instanceof Error) reject(result)
          else resolve(result)
        }
        if (socket.destroyed) return finish(new Error('The connection was closed.'))
        socket.write(request)
      }),
  }
}

interface Reader {
  /** Takes what has come; gives the answer when it is whole. */
  read(data: Buffer): { answer: Answer; keep: boolean } | undefined
}

function createReader(): Reader {
  let head: { status: number; length: number | undefined; encoding: string; keep: boolean } | undefined
  let first = 0
  let waiting: Buffer = Buffer.alloc(0)
  const pieces: Buffer[] = []
  let had = 0
  let chunk = 0
  let ended = false

  const takeChunks = () => {
    while (!ended) {
      if (chunk > 0) {
        // The two bytes behind a chunk belong to it.
        if (waiting.length < chunk + 2) return
        pieces.push(waiting.subarray(0, chunk))
        waiting = waiting.subarray(chunk + 2)
        chunk = 0
      }
      const end = waiting.indexOf('\r\n')
      if (end < 0) return
      chunk = Number.parseInt(waiting.toString('latin1', 0, end), 16)
      if (Number.isNaN(chunk)) throw new Error('A chunk without a size.')
      waiting = waiting.subarray(end + 2)
      if (chunk === 0) ended = true
    }
  }

  return {
    read(data) {
      const now = performance.now()
      waiting = waiting.length ? Buffer.concat([waiting, data]) : data
      if (!head) {
        const end = waiting.indexOf('\r\n\r\n')
        if (end < 0) return undefined
        head = readHead(waiting.toString('latin1', 0, end))
        waiting = waiting.subarray(end + 4)
      }
      if (waiting.length && !first) first = now
      if (head.length === undefined) takeChunks()
      else {
        pieces.push(waiting)
        had += waiting.length
        waiting = Buffer.alloc(0)
        if (had > head.length) throw new Error('More came than was announced.')
        ended = had === head.length
      }
      if (!ended) return undefined
      const { status, encoding, keep } = head
      return { answer: { status, encoding, body: Buffer.concat(pieces), first: first || now, last: now }, keep }
    },
  }
}

function readHead(text: string) {
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1])
  if (!status) throw new Error(`Not an HTTP answer: ${text.slice(0, 60)}`)
  const header = (name: string) => new RegExp(`^${name}: *(.*)$`, 'im').exec(text)?.[1]?.trim()
  const length = header('content-length')
  const chunked = header('transfer-encoding')?.toLowerCase() === 'chunked'
  if (length === undefined && !chunked) throw new Error('An answer whose end nobody can know.')
  return {
    status,
    length: chunked ? undefined : Number(length),
    encoding: header('content-encoding') ?? '',
    keep: header('connection')?.toLowerCase() !== 'close',
  }
}
