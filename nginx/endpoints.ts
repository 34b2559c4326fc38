/** The API of the MFEs: JSON, by path. */
import type { Site, SiteEndpoint } from '#kit/site.ts'
import { locationOf, pathWithVariables } from './routes.ts'
import { block, generated, quote, time } from './syntax.ts'

const GRACE_MS = 100

export function compileEndpoints(site: Site): string {
  return generated('API', [...groupByPath(site.endpoints).values()].map(compilePath))
}

function groupByPath(endpoints: readonly SiteEndpoint[]): Map<string, readonly [SiteEndpoint, ...SiteEndpoint[]]> {
  const groups = new Map<string, readonly [SiteEndpoint, ...SiteEndpoint[]]>()
  for (const endpoint of endpoints) {
    const others = groups.get(endpoint.path)
    groups.set(endpoint.path, others ? [...others, endpoint] : [endpoint])
  }
  return groups
}

function compilePath(endpoints: readonly [SiteEndpoint, ...SiteEndpoint[]]): string {
  const [{ path, mfe }] = endpoints
  const inputs = endpoints.flatMap((endpoint) => endpoint.inputs)
  const methods = endpoints.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  const limit = time(Math.max(...endpoints.map(({ timeout }) => timeout)) + GRACE_MS)
  const forStrangers = endpoints.every(({ access, method }) => access === 'public' && method === 'GET')
  return block(`location ${locationOf({ path, inputs })}`, [
    'set $page_id "";',
    'set $page_inputs "";',
    'set $gate_fragment "";',
    `set $allow "${methods.join(', ')}";`,
    `if ($request_method !~ "^(?:${methods.join('|')})$") { return 405; }`,
    'include conf/gate.conf;',
    `auth_request /_gate/${forStrangers ? 'public' : 'person'};`,
    'error_page 500 =503 /_errors/503$error_format;',
    'include conf/errors.conf;',
    'include conf/fragment.conf;',
    'include conf/direct.conf;',
    `proxy_read_timeout ${limit};`,
    `proxy_next_upstream_timeout ${limit};`,
    `set $endpoint_address ${quote(`${pathWithVariables(path)}$is_args$args`)};`,
    `proxy_pass http://${mfe}$endpoint_address;`,
  ])
}
