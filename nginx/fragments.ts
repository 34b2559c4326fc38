/** Each fragment as two locations: one for includes, one for browsers. */
import type { Site, SiteFragment } from '#kit/site.ts'
import { isVersioned, unversionedVariable, versionVariable } from './inputs.ts'
import type { Edge } from './options.ts'
import { block, generated, quote, time } from './syntax.ts'
import { upstreamOf } from './upstreams.ts'

/** To find out that a service is gone must not take the time it has for answering. */
const CONNECT_MS = 100
/** The service's own answer to its deadline is better than ours, so it gets the time to send it. */
const GRACE_MS = 100
const ACTION_LIMIT_MS = 10_000

export function compileFragments(site: Site, edge: Edge): string {
  return generated(
    'Fragments',
    site.fragments.flatMap((fragment) => [compileInclude(fragment, edge), compileDirect(fragment, edge)]),
  )
}

/** What shows when neither the fragment nor the gateway answers. */
export function compileFallbacks(site: Site): [file: string, html: string][] {
  return site.fragments.map(({ mfe, name, fallback }) => [`fallback/${mfe}/${name}.html`, fallback])
}

function compileInclude(fragment: SiteFragment, edge: Edge): string {
  const { mfe, name, route, timeout, includes, cache } = fragment
  return block(`location = /_i/${mfe}/${name}`, [
    'internal;',
    'include conf/include.conf;',
    'include conf/fallback.conf;',
    ...(cache ? compileCache(fragment) : ['include conf/include-person.conf;']),
    `ssi ${includes.length ? 'on' : 'off'};`,
    `proxy_connect_timeout ${time(Math.min(timeout, CONNECT_MS))};`,
    `proxy_read_timeout ${time(timeout)};`,
    `proxy_send_timeout ${time(timeout)};`,
    `proxy_next_upstream_timeout ${time(timeout)};`,
    `proxy_pass http://${upstreamOf(fragment, edge)}${route};`,
  ])
}

function compileDirect(fragment: SiteFragment, edge: Edge): string {
  const { route, timeout, includes, actions, cache } = fragment
  const methods = ['GET', 'HEAD', ...(actions.length ? ['POST'] : [])]
  const limit = (actions.length ? ACTION_LIMIT_MS : timeout) + GRACE_MS
  return block(`location = ${route}`, [
    'set $page_id "";',
    'set $page_inputs $args;',
    `set $gate_fragment ${route};`,
    `set $allow "${methods.join(', ')}";`,
    `if ($request_method !~ "^(?:${methods.join('|')})$") { return 405; }`,
    'include conf/gate.conf;',
    `auth_request /_gate/${cache ? 'public' : 'person'};`,
    'error_page 500 =503 /_errors/503$error_format;',
    'include conf/errors.conf;',
    'include conf/fragment.conf;',
    ...(cache ? ['include conf/direct-cached.conf;', ...compileCache(fragment)] : ['include conf/direct.conf;']),
    ...(isVersioned(fragment) ? compileUnversioned(fragment) : []),
    `ssi ${includes.length ? 'on' : 'off'};`,
    `proxy_read_timeout ${time(limit)};`,
    `proxy_next_upstream_timeout ${time(limit)};`,
    `proxy_pass http://${upstreamOf(fragment, edge)}${route};`,
  ])
}

/** One key for both locations: what a page has fetched, a browser finds, and the other way round. */
function compileCache(fragment: SiteFragment): string[] {
  const version = isVersioned(fragment) ? ` $${versionVariable(fragment)}` : ''
  return [
    'include conf/cache-fragments.conf;',
    `proxy_cache_key ${quote(`$build ${fragment.route}$is_args$args${version}`)};`,
    `proxy_cache_lock_age ${time(fragment.timeout)};`,
  ]
}

function compileUnversioned(fragment: SiteFragment): string[] {
  const variable = unversionedVariable(fragment)
  return [`proxy_cache_bypass $${variable};`, `proxy_no_cache $${variable};`]
}
