/** Where nginx finds the services. */
import { DefinitionError } from '#kit/errors.ts'
import type { Site, SiteFragment } from '#kit/site.ts'
import { type Edge, socketOf } from './options.ts'
import { block, generated, quotePlain } from './syntax.ts'

/** The services of a site: the layout, the gateway and each MFE. */
export function servicesOf(site: Site): string[] {
  const mfes = [...site.fragments, ...site.endpoints].map(({ mfe }) => mfe)
  return [...new Set(['layout', 'gateway', ...mfes])]
}

export function compileUpstreams(site: Site, edge: Edge): string {
  return generated('Services and tiers', [
    // No keepalive to our own tiers: a connection stays busy while assembly refreshes a stale fragment in the
    // background, and whoever is given that connection next would wait for it.
    ...['assembly', 'hop'].map((tier) => block(`upstream ${tier}`, [serverLine(socketOf(edge, tier))])),
    ...servicesOf(site).map((service) => compileService(service, edge.sockets[service] ?? [])),
    ...overridden(site, edge).map(([name, address]) => compileService(overrideName(name), [address])),
    ...(edge.development ? [block('upstream development', [serverLine(edge.development.socket)])] : []),
  ])
}

/** The upstream that answers for a fragment: its service, or in development another address. */
export function upstreamOf({ mfe, name }: Pick<SiteFragment, 'mfe' | 'name'>, { overrides }: Edge): string {
  const place = `${mfe}/${name}`
  return overrides[place] === undefined ? mfe : overrideName(place)
}

function overridden(site: Site, { overrides }: Edge): [place: string, address: string][] {
  const places = new Set(site.fragments.map(({ mfe, name }) => `${mfe}/${name}`))
  return Object.entries(overrides).filter(([place]) => places.has(place))
}

function overrideName(place: string): string {
  return `override_${place.replace('/', '_')}`
}

function compileService(service: string, sockets: readonly string[]): string {
  if (sockets.length === 0) {
    throw new DefinitionError(service, 'this service has no socket', `Give sockets.${service} at least one.`)
  }
  return block(`upstream ${service}`, [
    `zone ${service} 64k;`,
    'least_conn;',
    ...sockets.map(serverLine),
    'keepalive 32;',
  ])
}

// Health is ours to judge: after a few timeouts of one fragment nginx would refuse all others of its service.
function serverLine(socket: string): string {
  return `server ${quotePlain(socket.startsWith('/') ? `unix:${socket}` : socket)} max_fails=0;`
}
