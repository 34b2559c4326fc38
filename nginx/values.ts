/** What the hand-written files need to know of this build and this machine, as variables. */
import type { Site } from '#kit/site.ts'
import { hasBrotli } from './delivery.ts'
import type { Edge } from './options.ts'
import { looseExpression } from './routes.ts'
import { block, constant, generated, quote, volatileMap } from './syntax.ts'

export function compileValues(site: Site, edge: Edge): string {
  return generated('Values', [
    constant('build', site.build),
    constant('csp', edge.csp),
    constant('assets_folder', edge.assetsFolder),
    constant('errors_folder', edge.errorsFolder),
    constant('limits', edge.limits),
    // Who may show our pages in a frame: nobody, or in development the tools that show a fragment alone.
    constant('frames', edge.development ? 'SAMEORIGIN' : 'DENY'),
    compileEncodings(edge),
    compileStaffPlaces(site),
    block('geo $staff_network', ['default 0;', ...edge.staffNetworks.map((network) => `${network} 1;`)]),
  ])
}

/** The three forms that a public page is kept in. `br;q=0` is a refusal. */
function compileEncodings({ modules }: Edge): string {
  const accepts = (coding: string) => quote(`~*^ (?:.*[, ])?${coding}(?!\\w|\\s*;\\s*q=0(?:\\.0*)?\\s*(?:,|$))`)
  return volatileMap('"$signed_in $http_accept_encoding"', 'page_encoding', [
    ['default', '""'],
    ...(hasBrotli(modules) ? [[accepts('br'), 'br'] as const] : []),
    [accepts('gzip'), 'gzip'],
  ])
}

/** Addresses that are for staff: the same list that the services check roles by. */
function compileStaffPlaces({ pages, fragments, endpoints }: Site): string {
  const places = [
    ...pages.map(({ route, access }) => ({ path: route, access })),
    ...fragments.map(({ route, access }) => ({ path: route, access })),
    ...endpoints,
  ]
  const staffOnly = places.filter(({ access }) => access === 'staff').map(({ path }) => looseExpression(path))
  return volatileMap('$uri', 'staff_only', [
    ['default', '0'],
    ...[...new Set(staffOnly)].map((expression): [string, string] => [quote(`~${expression}`), '1']),
  ])
}
