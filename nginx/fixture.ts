/** A real nginx between a test and services that do what the test says. Closes what it opens. */
import { spawnSync } from 'node:child_process'
import { chmodSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { internalRoute, ssiInclude } from '#kit/include.tsx'
import type { Site, SiteInclude } from '#kit/site.ts'
import { openRunFolder } from '../machine/folder.ts'
import { freePorts } from '../machine/ports.ts'
import { type Answer, type Ask, ask } from './fixture.client.ts'
import { type FakeService, fakeService, html } from './fixture.service.ts'
import { SITE } from './fixture.site.ts'
import { inspectNginx, type Nginx } from './inspect.ts'
import { type EdgeOptions, ERROR_STATUSES } from './options.ts'
import { type RunningEdge, startEdge, writeEdge } from './run.ts'
import { servicesOf } from './upstreams.ts'

export interface TestEdge {
  readonly httpsPort: number
  readonly httpPort: number
  readonly nginx: RunningEdge
  readonly innerSocket: string
  /** RUN_DIR/nginx */
  readonly folder: string
  /** Each is there and answers; `service('rates').stop()` kills it. */
  service(name: string): FakeService
  get(path: string, options?: Ask): Promise<Answer>
  /** Back to the beginning: services alive and as they were, caches empty. */
  reset(): Promise<void>
  /** Lines of a log, once nginx has written them. */
  readLog(name: string): Record<string, unknown>[]
  readErrors(): string
  /** Writes the configuration anew, with other options. */
  write(options: Partial<EdgeOptions>): void
  restart(as?: Nginx): Promise<void>
  close(): Promise<void>
}

/** What a signed-in browser sends. */
export const SESSION = { cookie: '__Host-sid=secret' }

export interface TestOptions {
  readonly site?: Site
  readonly options?: Partial<EdgeOptions>
  /** Two sockets, hence two instances, for these services. */
  readonly doubled?: readonly string[]
}

export async function openEdge({ site = SITE, options = {}, doubled = [] }: TestOptions = {}): Promise<TestEdge> {
  const folder = mkdtempSync('/tmp/selvedge-edge-')
  chmodSync(folder, 0o755)
  const run = openRunFolder({ RUN_DIR: join(folder, 'run') })
  const [httpsPort = 0, httpPort = 0] = await freePorts(2)
  const names = servicesOf(site).flatMap((name) => (doubled.includes(name) ? [name, `${name}-2`] : [name]))
  const services = new Map(names.map((name) => [name, fakeService(join(run.sockets, name))]))
  for (const service of services.values()) await service.start()
  teach(services, site)

  const own = {
    httpsPort,
    httpPort,
    sockets: socketsOf(names, run.sockets),
    innerSocket: join(run.sockets, 'inner'),
    runFolder: run.path,
    csp: "default-src 'self'",
    ...writeFiles(folder),
    user: run.user?.name,
    workers: 1,
    ...options,
  }
  writeEdge(site, own, inspectNginx())
  let nginx = await startEdge(run, own, inspectNginx())
  // A test that throws out of turn ends this process before `close`.
  process.once('exit', () => nginx.send('SIGTERM'))

  return {
    httpsPort,
    httpPort,
    get nginx() {
      return nginx
    },
    innerSocket: own.innerSocket,
    folder: join(run.path, 'nginx'),
    service(name) {
      const found = services.get(name)
      if (!found) throw new Error(`There is no service ${name}`)
      return found
    },
    get: (path, given = {}) => ask(httpsPort, path, given),
    readLog(name) {
      // Written in blocks; told to open its logs again, nginx writes what it has.
      nginx.send('SIGUSR1')
      spawnSync('sleep', ['0.15'])
      const lines = readFileSync(join(run.path, 'nginx', 'logs', `${name}.log`), 'utf8')
        .trim()
        .split('\n')
      return lines.filter(Boolean).map((line) => JSON.parse(line))
    },
    write: (others) => writeEdge(site, { ...own, ...others }, inspectNginx()),
    async restart(as = inspectNginx()) {
      nginx = await startEdge(run, own, as)
    },
    readErrors: () => readFileSync(join(run.path, 'nginx', 'logs', 'error.log'), 'utf8'),
    async reset() {
      for (const service of services.values()) {
        service.forget()
        await service.start()
      }
      teach(services, site)
      emptyCaches(join(run.path, 'nginx', 'cache'))
    },
    async close() {
      await nginx.stop()
      for (const service of services.values()) await service.stop()
      for (const path of [folder, run.sockets]) rmSync(path, { recursive: true, force: true })
    },
  }
}

/** Who the cookie says: nobody without one. Versions and refusals are for each test to say. */
function teach(services: ReadonlyMap<string, FakeService>, site: Site): void {
  services.get('gateway')?.answer('/_gate', (request, response) => {
    if (request.headers.cookie?.includes('__Host-sid=secret')) response.setHeader('X-Identity', 'identity-of-alice')
    response.end()
  })
  services.get('gateway')?.answer('/_fallback/*', (request, response) => {
    response.setHeader('Content-Type', 'text/html')
    response.end(`[fallback of ${request.url} from the gateway]`)
  })
  services.get('layout')?.answer('*', (request, response) => {
    const text = describeLayout(request.url ?? '', site)
    html(text, { 'Cache-Control': 'public, max-age=0, s-maxage=86400' })(request, response)
  })
}

/** The layout of a page as text: `<home>`, its includes, `</home>`; or the part around its primary fragment. */
function describeLayout(url: string, site: Site): string {
  const [, id = '', part = '', place = ''] = /^\/_i\/layout\/([^/]+)\/(whole|top|bottom|failed)\/?(.*)$/.exec(url) ?? []
  const includes = site.pages.find((page) => page.id === id)?.includes ?? []
  const directives = includes.filter(({ primary }) => !primary).map(directiveOf)
  if (part === 'whole') return `<${id}>${directives.join('')}</${id}>`
  if (part === 'top') return `<top of ${id}, ${place}>`
  if (part === 'bottom') return `${directives.join('')}<bottom of ${id}, ${place}>`
  return `<failed ${id}>${ssiInclude(`/_fallback/${place}`)}</failed>`
}

function directiveOf({ fragment, query }: SiteInclude): string {
  return ssiInclude(`${internalRoute(fragment)}${query}`)
}

/** As a purge does it: nginx finds that a file is gone, and asks again. */
function emptyCaches(folder: string): void {
  for (const path of globSync(`${folder}/*/*/*/*`)) rmSync(path)
}

function socketsOf(names: readonly string[], folder: string): Record<string, string[]> {
  const sockets: Record<string, string[]> = { assembly: [join(folder, 'assembly')], hop: [join(folder, 'hop')] }
  for (const name of names) {
    const service = name.replace(/-2$/, '')
    sockets[service] = [...(sockets[service] ?? []), join(folder, name)]
  }
  return sockets
}

function writeFiles(folder: string) {
  const errorsFolder = join(folder, 'errors')
  const assetsFolder = join(folder, 'assets')
  for (const path of [errorsFolder, assetsFolder]) mkdirSync(path)
  for (const status of ERROR_STATUSES) {
    writeFileSync(join(errorsFolder, `${status}.html`), `<!doctype html><h1>page of ${status}</h1>`)
    writeFileSync(join(errorsFolder, `${status}.fragment.html`), `<p>fragment of ${status}</p>`)
    writeFileSync(join(errorsFolder, `${status}.json`), JSON.stringify({ status }))
  }
  const script = 'console.log(1)\n'.repeat(200)
  writeFileSync(join(assetsFolder, 'app-abc123.js'), script)
  writeFileSync(join(assetsFolder, 'app-abc123.js.gz'), gzipSync(script))
  writeFileSync(join(assetsFolder, 'app-abc123.js.br'), brotliCompressSync(script))
  return { errorsFolder, assetsFolder, ...makeCertificate(folder) }
}

function makeCertificate(folder: string): { certificate: string; key: string } {
  const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  const files = ['-keyout', key, '-out', certificate]
  const { status, stderr } = spawnSync(
    'openssl',
    ['req', '-x509', ...curve, '-nodes', '-days', '1', '-subj', '/CN=localhost', ...files],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`openssl made no certificate: ${stderr}`)
  return { certificate, key }
}
