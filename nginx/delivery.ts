/** The tier that browsers meet: TLS, limits, headers, compression, the cache of whole public pages. */
import type { Site, SitePage } from '#kit/site.ts'
import { queryInputs, refusalsOf } from './inputs.ts'
import { type Edge, isAtLeast } from './options.ts'
import { isShared } from './pages.ts'
import { locationOf, parametersOf } from './routes.ts'
import { block, generated, quote, quotePlain } from './syntax.ts'

const LOG = 'access_log logs/delivery.log delivery buffer=64k flush=1s;'

export function compileDelivery(site: Site, edge: Edge): string {
  return generated('Delivery', [compileHttps(site, edge), compileRedirect(edge), compileStrangers(edge)])
}

function compileHttps(site: Site, edge: Edge): string {
  return block('server', [
    ...listenTls(edge, ''),
    ...serverNames(edge),
    ...compileRealAddress(edge),
    LOG,
    'include conf/refuse.conf;',
    'include conf/limited.conf;',
    ...commonIncludes(edge),
    'include conf/delivery.conf;',
    `error_page 497 =308 https://$host${portSuffix(edge)}$request_uri;`,
    '',
    ...Object.entries(edge.files).map(([address, file]) => compileFile(address, file)),
    ...site.pages.filter((page) => isShared(page, site)).map(compileSharedPage),
    ...(edge.development ? ['location = /_dev', 'location ^~ /_dev/'].map(compileDevelopment) : []),
  ])
}

/** A public page: kept for strangers, by its route and its valid inputs and nothing else that a client sends. */
function compileSharedPage(page: SitePage): string {
  const inputs = [
    ...parametersOf(page.route).map((name) => `${name}=$p_${name}`),
    ...queryInputs(page).map(({ name }) => `${name}=$arg_${name}`),
  ]
  const bypass = ['$signed_in', ...refusalsOf(page).map((variable) => `$${variable}`)].join(' ')
  return block(`location ${locationOf({ path: page.route, inputs: page.inputs })}`, [
    'include conf/to-assembly.conf;',
    'proxy_set_header If-None-Match $person_if_none_match;',
    'proxy_set_header Accept-Encoding $page_encoding;',
    'include conf/cache-pages.conf;',
    `proxy_cache_key ${quote(['$build', '$page_encoding', page.route, ...inputs].join(' '))};`,
    `proxy_cache_bypass ${bypass};`,
    'proxy_pass http://hop;',
  ])
}

function compileDevelopment(location: string): string {
  return block(location, ['include conf/development.conf;', 'proxy_pass http://development;'])
}

function compileFile(address: string, file: string): string {
  return block(`location = ${address}`, [`alias ${quotePlain(file)};`])
}

function compileRedirect(edge: Edge): string {
  return block('server', [
    ...edge.bind.map((address) => `listen ${address}:${edge.httpPort};`),
    ...serverNames(edge),
    LOG,
    ...commonIncludes(edge),
    block('location /', [`return 308 https://$host${portSuffix(edge)}$request_uri;`]),
  ])
}

/** Whoever asks for a name that is not ours, or says nothing that can be understood. */
function compileStrangers(edge: Edge): string {
  return block('server', [
    ...listenTls(edge, ' default_server'),
    ...edge.bind.map((address) => `listen ${address}:${edge.httpPort} default_server;`),
    'server_name _;',
    LOG,
    ...commonIncludes(edge),
    block('location /', ['return 421;']),
  ])
}

function commonIncludes(edge: Edge): string[] {
  return [
    'include conf/headers.conf;',
    'include conf/errors.conf;',
    'include conf/error-files.conf;',
    ...compressionIncludes(edge),
  ]
}

export function compressionIncludes({ modules }: Edge): string[] {
  return ['include conf/compression.conf;', ...(hasBrotli(modules) ? ['include conf/brotli.conf;'] : [])]
}

export function hasBrotli(modules: readonly string[]): boolean {
  return ['filter', 'static'].every((kind) => modules.some((path) => path.includes(`brotli_${kind}`)))
}

function listenTls({ bind, httpsPort, certificate, key, nginxVersion }: Edge, role: string): string[] {
  const separate = isAtLeast(nginxVersion, '1.25.1')
  return [
    ...bind.map((address) => `listen ${address}:${httpsPort} ssl${separate ? '' : ' http2'}${role};`),
    ...(separate ? ['http2 on;'] : []),
    `ssl_certificate ${quotePlain(certificate)};`,
    `ssl_certificate_key ${quotePlain(key)};`,
  ]
}

function serverNames({ hosts }: Edge): string[] {
  return [`server_name ${hosts.map(quotePlain).join(' ')};`]
}

// Without a list, whoever connects is the client, whatever it says.
function compileRealAddress({ trustedProxies }: Edge): string[] {
  if (trustedProxies.length === 0) return []
  return [
    ...trustedProxies.map((network) => `set_real_ip_from ${network};`),
    'real_ip_header X-Forwarded-For;',
    'real_ip_recursive on;',
  ]
}

function portSuffix({ httpsPort }: Edge): string {
  return httpsPort === 443 ? '' : `:${httpsPort}`
}
