/** Pages as locations of assembly. */
import type { Site, SiteInclude, SitePage } from '#kit/site.ts'
import { queryInputs, refusalsOf, type Target, targetsOf } from './inputs.ts'
import type { Edge } from './options.ts'
import { locationOf, parametersOf } from './routes.ts'
import { block, generated, quote, quotePlain, time } from './syntax.ts'
import { upstreamOf } from './upstreams.ts'

/** Actions may move money: cutting one off in the middle tells nobody anything. The service has its own deadline. */
const ACTION_LIMIT_MS = 10_000
/** The service's own answer to its deadline is better than ours, so it gets the time to send it. */
const GRACE_MS = 100

export function compilePages(site: Site, edge: Edge): string {
  return generated(
    'Pages',
    site.pages.flatMap((page) => compilePage(page, site, edge)),
  )
}

/**
 * Whether strangers share the page. A primary fragment is told who asks, so unless it may be cached
 * itself, its page is that visitor's.
 */
export function isShared(page: SitePage, site: Site): boolean {
  if (page.access !== 'public') return false
  const primary = page.includes.find((include) => include.primary)
  return !primary || fragmentOf(primary, site).cache !== undefined
}

function compilePage(page: SitePage, site: Site, edge: Edge): string[] {
  const targets = targetsOf(page, site)
  const primary = page.includes.find((include) => include.primary)
  const answer = primary ? compilePrimary(page, targetOf(primary, site), site, edge) : compileWhole(page, site)
  const location = block(`location ${locationOf({ path: page.route, inputs: page.inputs })}`, [
    ...compileInputsOf(page, isShared(page, site)),
    `set $page_styles ${quotePlain(page.styles.join(' '))};`,
    `set $allow "GET, HEAD${targets.length ? ', POST' : ''}";`,
    ...refusalsOf(page).map((variable) => `if ($${variable}) { return 400; }`),
    ...(targets.length ? [`if ($request_method = POST) { rewrite ^ /_act/${page.id}/$acting last; }`] : []),
    'if ($request_method !~ "^(?:GET|HEAD)$") { return 405; }',
    ...answer,
  ])
  return [`# ${page.route}\n${location}`, ...targets.map((target) => compileAction(page, target, edge))]
}

/** Every variable that an include of the page may name: they are shared, so each page sets all of its own. */
function compileInputsOf(page: SitePage, shared: boolean): string[] {
  const pairs = page.inputs.map(({ name }) => `${name}=$q_${name}`)
  return [
    `set $page_id ${page.id};`,
    ...parametersOf(page.route).map((name) => `set $q_${name} $p_${name};`),
    ...queryInputs(page).map(({ name }) => `set $q_${name} $arg_${name};`),
    `set $page_inputs ${quote(pairs.join('&'))};`,
    `set $page_shared ${shared ? 1 : 0};`,
    'set $gate_fragment "";',
  ]
}

function compileWhole(page: SitePage, site: Site): string[] {
  return [
    ...compileGate(isShared(page, site) ? 'public' : 'person'),
    'error_page 500 502 504 =503 /_errors/503$error_format;',
    'include conf/errors.conf;',
    'include conf/include.conf;',
    'include conf/page.conf;',
    'include conf/cache-layouts.conf;',
    'proxy_intercept_errors on;',
    `set $layout_address /_i/layout/${page.id}/whole;`,
    'proxy_cache_key "$build $layout_address";',
    'proxy_pass http://layout$layout_address;',
  ]
}

function compilePrimary(page: SitePage, { include, fragment }: Target, site: Site, edge: Edge): string[] {
  return [
    ...compileGate(isShared(page, site) ? 'public' : 'person'),
    ...compileFailure(page, fragment),
    'include conf/fragment.conf;',
    'include conf/page.conf;',
    `proxy_read_timeout ${time(fragment.timeout + GRACE_MS)};`,
    `proxy_next_upstream_timeout ${time(fragment.timeout + GRACE_MS)};`,
    `set $fragment_address ${quote(fragment.route + include.query)};`,
    `proxy_pass http://${upstreamOf(fragment, edge)}$fragment_address;`,
  ]
}

function compileAction(page: SitePage, { include, fragment }: Target, edge: Edge): string {
  const query = `${include.query ? `${include.query}&` : '?'}action=$acting_action`
  return block(`location = /_act/${page.id}/${fragment.mfe}/${fragment.name}`, [
    'internal;',
    'set $page_shared 0;',
    ...compileGate('person'),
    'error_page 500 =503 /_errors/503$error_format;',
    // Not the page of a failed fragment: it says that nothing could be shown, and here something may have been done.
    'include conf/errors.conf;',
    'include conf/fragment.conf;',
    'include conf/page.conf;',
    `proxy_read_timeout ${time(ACTION_LIMIT_MS)};`,
    `set $fragment_address ${quote(fragment.route + query)};`,
    `proxy_pass http://${upstreamOf(fragment, edge)}$fragment_address;`,
  ])
}

// Without the gateway a stranger may read what is the same for all. Whoever does something must be known: a sign-out
// that knows nobody would end nothing, and say that it had.
function compileGate(gate: 'public' | 'person'): string[] {
  return [
    'include conf/gate.conf;',
    `auth_request /_gate/${gate};`,
    'error_page 401 = @sign_in;',
    'error_page 403 = @refused;',
  ]
}

// Only what nginx itself found: the fragment's own errors are the page's, and pass.
function compileFailure(page: SitePage, { mfe, name }: Target['fragment']): string[] {
  return [
    `error_page 502 504 =503 /_failed/${page.id}/${mfe}/${name};`,
    'error_page 500 =503 /_errors/503$error_format;',
    'include conf/errors.conf;',
  ]
}

function targetOf(include: SiteInclude, site: Site): Target {
  return { include, fragment: fragmentOf(include, site) }
}

function fragmentOf(include: SiteInclude, site: Site): Target['fragment'] {
  const found = site.fragments.find(({ route }) => route === include.fragment)
  if (found) return found
  throw new Error(`${include.fragment} is included and not defined. describeSite() should have refused it.`)
}
