/** What the edge of a run is compiled with, and the policy of what pages may load. */
import { join } from 'node:path'
import type { BuiltAssets } from '#kit/build/manifest.ts'
import type { Config } from '#kit/config.ts'
import type { Site } from '#kit/site.ts'
import { type Run, socketPath } from '../machine/folder.ts'
import type { OwnOptions, RunningEdge } from '../nginx/run.ts'
import { servicesOf } from '../nginx/upstreams.ts'
import { ensureCertificates } from '../ssl/certificates.ts'
import { assetsFolder, errorsFolder, serviceSocket } from './places.ts'
import type { Stop } from './stops.ts'

const DAY_MS = 86_400_000

/** `gateways` are the names of the gateway's sockets: one, or several that share the requests. */
export function edgeOptions(
  config: Config,
  run: Run,
  site: Site,
  csp: string,
  gateways: readonly string[] = ['gateway'],
): OwnOptions {
  const { certificate, key } = ensureCertificates(join(run.path, 'ssl'), run.user)
  const names = ['assembly', 'hop', ...servicesOf(site)]
  return {
    httpsPort: config.httpsPort,
    httpPort: config.httpPort,
    bind: config.bind,
    sockets: {
      ...Object.fromEntries(names.map((name) => [name, [serviceSocket(run, name)]])),
      gateway: gateways.map((name) => serviceSocket(run, name)),
    },
    innerSocket: socketPath(run, 'inner.sock'),
    runFolder: run.path,
    assetsFolder: assetsFolder(run),
    errorsFolder: errorsFolder(run),
    certificate,
    key,
    csp,
    user: run.user?.name,
  }
}

/** `https://localhost:8443` */
export function originOf({ httpsPort }: Config): string {
  return `https://localhost${httpsPort === 443 ? '' : `:${httpsPort}`}`
}

/** Hashes of the build instead of nonces: a nonce in a cached page would be everybody's. */
export function contentSecurityPolicy({
  styleHash,
  scriptHash,
}: Pick<BuiltAssets, 'styleHash' | 'scriptHash'>): string {
  return [
    "default-src 'none'",
    `script-src 'self' ${scriptHash}`,
    "img-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    // Last: the edge adds the styles of the page's fragments.
    `style-src ${styleHash}`,
  ].join('; ')
}

/** A run may outlive its certificate. Returns what ends the watch. */
export function renewDaily(run: Run, edge: RunningEdge): Stop {
  const timer = setInterval(() => {
    if (ensureCertificates(join(run.path, 'ssl'), run.user).renewed) edge.reload()
  }, DAY_MS)
  return () => clearInterval(timer)
}
