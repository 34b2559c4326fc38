/** What the edge is compiled with, beside the site. Normalised here and nowhere else. */
import { join } from 'node:path'
import { DefinitionError } from '#kit/errors.ts'

export interface EdgeOptions {
  readonly httpsPort: number
  readonly httpPort: number
  /** Addresses to listen on; loopback only by default. */
  readonly bind?: string | readonly string[]
  /** Absolute socket paths, or `host:port`, by service: `assembly`, `hop`, `layout`, `gateway` and each MFE. */
  readonly sockets: Readonly<Record<string, readonly string[]>>
  /** For tools on this machine; its folder must be closed to others. */
  readonly innerSocket: string
  /** RUN_DIR; everything of the edge is in its folder `nginx`. */
  readonly runFolder: string
  /** The hand-written files; `nginx/conf` by default. */
  readonly confFolder?: string
  readonly assetsFolder: string
  /** `NNN.html`, `NNN.fragment.html` and `NNN.json` for each of `ERROR_STATUSES`. */
  readonly errorsFolder: string
  /** Files outside of /assets/ by address: `{ '/sw.js': '/…/sw.js' }`. */
  readonly files?: Readonly<Record<string, string>>
  readonly certificate: string
  readonly key: string
  /** The value of Content-Security-Policy. */
  readonly csp: string
  /** Whom the workers run as; only where the master is root. */
  readonly user?: string | undefined
  /** Paths of module files to load. */
  readonly modules?: readonly string[]
  readonly nginxVersion?: string
  /** Names that are answered; all others get 421. */
  readonly hosts?: readonly string[]
  /** Networks of proxies whose X-Forwarded-For is believed; none by default. */
  readonly trustedProxies?: readonly string[]
  /** Networks that may reach what is for staff; loopback by default. */
  readonly staffNetworks?: readonly string[]
  /** `off` for benches and tests that ask more than a person would, never for what the network reaches. */
  readonly limits?: 'on' | 'off'
  readonly workers?: number | 'auto'
  /** Fragments that are asked elsewhere, for development: `{ 'payments/recent': '127.0.0.1:5000' }`. */
  readonly overrides?: Readonly<Record<string, string>>
  /** Left out, there is no `/_dev`. */
  readonly development?: DevelopmentOptions | undefined
}

export interface DevelopmentOptions {
  /** The socket that `/_dev` leads to. */
  readonly socket: string
  /** Names this configuration; the inner socket tells it at `/mark`, so that one knows when it is in use. */
  readonly mark: string
}

export interface Edge extends Required<Omit<EdgeOptions, 'bind' | 'user' | 'development'>> {
  readonly bind: readonly string[]
  readonly user: string | undefined
  readonly development: DevelopmentOptions | undefined
  /** RUN_DIR/nginx */
  readonly folder: string
}

/** The errors that the edge itself answers, each needing its three files. */
export const ERROR_STATUSES = [400, 401, 403, 404, 405, 413, 422, 429, 500, 502, 503, 504] as const

const DEFAULT_HOSTS = ['localhost', '127.0.0.1', '[::1]', 'app.example.com']
const LOOPBACK = ['127.0.0.0/8', '::1/128']

export function normaliseOptions(options: EdgeOptions): Edge {
  const { bind = '127.0.0.1', runFolder } = options
  const edge: Edge = {
    ...options,
    bind: (typeof bind === 'string' ? [bind] : bind).map(bracket),
    confFolder: options.confFolder ?? join(import.meta.dirname, 'conf'),
    files: options.files ?? {},
    user: options.user,
    modules: options.modules ?? [],
    nginxVersion: options.nginxVersion ?? '1.22.1',
    hosts: options.hosts ?? DEFAULT_HOSTS,
    trustedProxies: options.trustedProxies ?? [],
    staffNetworks: options.staffNetworks ?? LOOPBACK,
    limits: options.limits ?? 'on',
    workers: options.workers ?? 'auto',
    overrides: options.overrides ?? {},
    development: options.development,
    folder: join(runFolder, 'nginx'),
  }
  for (const name of ['assembly', 'hop']) socketOf(edge, name)
  return edge
}

/** The one socket that a tier of nginx listens on. */
export function socketOf({ sockets }: Pick<Edge, 'sockets'>, tier: string): string {
  const [socket] = sockets[tier] ?? []
  if (socket) return socket
  throw new DefinitionError(tier, 'the edge has no socket for this tier', `Give sockets.${tier} one path.`)
}

/** `::1` → `[::1]`, as nginx and URLs write it. */
function bracket(address: string): string {
  return address.includes(':') && !address.startsWith('[') ? `[${address}]` : address
}

/** Whether the nginx at hand is at least this version. */
export function isAtLeast(version: string, wanted: string): boolean {
  const numbers = (text: string) => text.split('.').map(Number)
  const [have, want] = [numbers(version), numbers(wanted)]
  const difference = [0, 1, 2].map((index) => (have[index] ?? 0) - (want[index] ?? 0)).find((part) => part !== 0)
  return (difference ?? 0) >= 0
}
