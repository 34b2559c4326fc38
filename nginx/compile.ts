/**
 * The edge, compiled: one nginx, three tiers. Read `nginx.conf` of the result first, then `conf/`.
 *
 *   delivery   what browsers meet: TLS, limits, headers, compression, cache of public pages
 *   hop        turns the version of a page into its ETag
 *   assembly   SSI, identity, cache of fragments, timeouts, fallbacks
 */
import type { Site } from '#kit/site.ts'
import { compileDelivery, compressionIncludes } from './delivery.ts'
import { compileEndpoints } from './endpoints.ts'
import { compileFallbacks, compileFragments } from './fragments.ts'
import { compileInputs } from './inputs.ts'
import { lintSite } from './lint.ts'
import { type Edge, type EdgeOptions, normaliseOptions, socketOf } from './options.ts'
import { compilePages } from './pages.ts'
import { block, generated, quotePlain } from './syntax.ts'
import { compileUpstreams } from './upstreams.ts'
import { compileValues } from './values.ts'

export { type EdgeOptions, ERROR_STATUSES } from './options.ts'

/** Files of the edge by name. Throws a DefinitionError for a site that nginx would serve wrongly. */
export function compileEdge(site: Site, options: EdgeOptions): Map<string, string> {
  lintSite(site)
  const edge = normaliseOptions(options)
  return new Map([
    ['nginx.conf', compileMain(edge)],
    ['values.conf', compileValues(site, edge)],
    ['upstreams.conf', compileUpstreams(site, edge)],
    ['inputs.conf', compileInputs(site)],
    ['delivery.conf', compileDelivery(site, edge)],
    ['tiers.conf', compileTiers(edge)],
    ['pages.conf', compilePages(site, edge)],
    ['fragments.conf', compileFragments(site, edge)],
    ['endpoints.conf', compileEndpoints(site)],
    ...compileFallbacks(site),
  ])
}

/** Hand-written files with what holds everywhere, in an order to read them in. */
const CONCERNS = [
  'hashes',
  'mime',
  'log',
  'trace',
  'tls',
  'limits',
  'paths',
  'error-formats',
  'proxy',
  'cache',
  'gate-maps',
  'page-answers',
  'answers',
  'policies',
  'socket-maps',
]

function compileMain(edge: Edge): string {
  return generated('nginx, all of it', [
    [
      ...edge.modules.map((path) => `load_module ${quotePlain(path)};`),
      ...(edge.user ? [`user ${edge.user};`] : []),
      `worker_processes ${edge.workers};`,
      // After a reload, browsers' sockets stay with the old workers; what is still there then is closed.
      'worker_shutdown_timeout 300s;',
      'pid nginx.pid;',
      'lock_file nginx.lock;',
      'error_log logs/error.log warn;',
      // A page's request and its includes are matched against dozens of expressions.
      'pcre_jit on;',
    ].join('\n'),
    // One page takes up to two connections for each tier and one for each fragment.
    block('events', ['worker_connections 8192;']),
    block('http', [
      ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path temp/${kind};`),
      'server_tokens off;',
      ...CONCERNS.map((name) => `include conf/${name}.conf;`),
      'include values.conf;',
      'include upstreams.conf;',
      'include inputs.conf;',
      'include delivery.conf;',
      'include tiers.conf;',
    ]),
  ])
}

function compileTiers(edge: Edge): string {
  return generated('The tiers inside', [
    block('server', [
      listenUnix(socketOf(edge, 'hop')),
      'server_name hop;',
      'include conf/hop.conf;',
      ...compressionIncludes(edge),
      block('location /', ['proxy_pass http://assembly;']),
    ]),
    block('server', [
      listenUnix(socketOf(edge, 'assembly')),
      'server_name assembly;',
      'access_log logs/assembly.log assembly buffer=64k flush=1s;',
      'include conf/ssi.conf;',
      'include conf/tier.conf;',
      'include conf/errors.conf;',
      'include conf/error-files.conf;',
      'include conf/assembly.conf;',
      'include pages.conf;',
      'include fragments.conf;',
      'include endpoints.conf;',
    ]),
    block('server', [
      listenUnix(edge.innerSocket),
      'server_name inner;',
      block('location = /status', ['stub_status;']),
      ...(edge.development ? [block('location = /mark', [`return 200 ${quotePlain(edge.development.mark)};`])] : []),
      block('location /', ['return 404;']),
    ]),
  ])
}

function listenUnix(path: string): string {
  return `listen ${quotePlain(`unix:${path}`)};`
}
