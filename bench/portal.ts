/** The platform as its users have it, in a process of its own, for a bench or a journey to ask. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '../machine/ports.ts'

export const PASSWORD = 'selvedge-demo'

export interface Portal {
  readonly origin: string
  readonly port: number
  readonly httpPort: number
  readonly runDir: string
  readonly process: ChildProcess
  /** What it has printed so far. */
  output(): string
  /** Signs in and returns the `Cookie` header of the session. */
  signIn(email: string): Promise<string>
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  send(method: string, path: string, body: string, headers?: Record<string, string>): Promise<Answer>
  stop(): Promise<void>
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export interface PortalOptions {
  readonly runDir?: string
  readonly env?: Record<string, string>
  /** As after `npm start --`. */
  readonly args?: readonly string[]
}

/** Starts `start.ts` on free ports and resolves when it says that it is ready. */
export async function startPortal({ runDir, env = {}, args = [] }: PortalOptions = {}): Promise<Portal> {
  const folder = runDir ?? makeFolder()
  const [port = 0, httpPort = 0] = await freePorts(2)
  const root = join(import.meta.dirname, '..')
  const child = spawn(process.execPath, ['--import', './kit/tsx.ts', 'start.ts', ...args], {
    cwd: root,
    env: {
      ...process.env,
      HTTPS_PORT: String(port),
      HTTP_PORT: String(httpPort),
      RUN_DIR: join(folder, 'run'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  await waitForReady(child, () => output).catch((error: unknown) => {
    if (!runDir) rmSync(folder, { recursive: true, force: true })
    throw error
  })
  const send = (method: string, path: string, body: string, headers: Record<string, string> = {}) =>
    ask(port, method, path, body, headers)
  return {
    origin: `https://localhost:${port}`,
    port,
    httpPort,
    runDir: join(folder, 'run'),
    process: child,
    output: () => output,
    send,
    get: (path, headers = {}) => send('GET', path, '', headers),
    async signIn(email) {
      const json = { 'content-type': 'application/json' }
      const { status, headers, body } = await send(
        'POST',
        '/api/session',
        JSON.stringify({ email, password: PASSWORD }),
        json,
      )
      if (status !== 201) throw new Error(`${email} could not sign in: ${status} ${body}`)
      return String(headers['set-cookie']).split(';')[0] ?? ''
    },
    async stop() {
      if (child.exitCode === null) {
        child.kill('SIGTERM')
        await new Promise((resolve) => child.once('exit', resolve))
      }
      if (!runDir) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Reachable for the unprivileged user, so that nothing of the run lies elsewhere. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sv-'))
  chmodSync(folder, 0o755)
  return folder
}

async function waitForReady(child: ChildProcess, output: () => string): Promise<void> {
  const deadline = Date.now() + 120_000
  while (!/^ready /m.test(output())) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGTERM')
      throw new Error(`The portal did not start:\n${output()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** One request on a connection of its own. The development certificate is checked by tests of `ssl/`, not here. */
export function ask(
  port: number,
  method: string,
  path: string,
  body: string,
  headers: Record<string, string>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length: Record<string, string> = method === 'GET' ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const options = { host: '127.0.0.1', port, method, path, agent: false, rejectUnauthorized: false } as const
    const req = request({ ...options, headers: { host: `localhost:${port}`, ...length, ...headers } }, (res) => {
      const chunks: Buffer[] = []
      res.on('data', (chunk: Buffer) => chunks.push(chunk))
      res.on('error', reject)
      res.on('end', () =>
        resolve({ status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(chunks).toString() }),
      )
    })
    req.on('error', reject)
    req.end(body)
  })
}
