/**
 * The site as plain data: what the edge compiler and the gateway need to know of every definition, and nothing that runs.
 * It survives JSON, so that each can be given it as a file when they do not share a process.
 */
import type { Access } from './context.ts'
import type { Endpoint } from './endpoint.ts'
import { DefinitionError } from './errors.ts'
import type { Fragment } from './fragment.ts'
import { type IncludeCall, includeQuery, isSlot } from './include.tsx'
import type { Page, PageInput } from './page.ts'
import { type Style, styleSources } from './styles.ts'

export interface Site {
  /** Names this build; part of every shared cache key and page version. */
  readonly build: string
  readonly pages: readonly SitePage[]
  readonly fragments: readonly SiteFragment[]
  readonly endpoints: readonly SiteEndpoint[]
}

export interface SitePage {
  /** `/payments/:id` */
  readonly route: string
  /** `payments-id` */
  readonly id: string
  readonly access: Access
  readonly inputs: readonly PageInput[]
  /** In the order of the document, its header and footer included. */
  readonly includes: readonly SiteInclude[]
  /** What its Content-Security-Policy allows for the styles of its fragments: hashes, and `'self'` where one is a file. */
  readonly styles: readonly string[]
}

export interface SiteInclude {
  /** `/_/payments/detail` */
  readonly fragment: string
  /** `?id=$q_id`, in nginx variables; empty without parameters. */
  readonly query: string
  /** The values of the same parameters: a text, or the name of the page's input. */
  readonly params: Readonly<Record<string, { readonly value: string } | { readonly input: string }>>
  readonly primary: boolean
}

export interface SiteFragment extends Pick<Fragment, (typeof OF_FRAGMENT)[number]> {
  /** HTML to show instead. */
  readonly fallback: string
}

export interface SiteEndpoint extends Pick<Endpoint, (typeof OF_ENDPOINT)[number]> {
  readonly mfe: string
}

/** What is plain data of a definition. */
const OF_FRAGMENT = [
  'route',
  'mfe',
  'name',
  'access',
  'cache',
  'tags',
  'includes',
  'timeout',
  'inputs',
  'actions',
] as const satisfies (keyof Fragment)[]
const OF_ENDPOINT = ['method', 'path', 'access', 'inputs', 'takesBody', 'timeout'] as const satisfies (keyof Endpoint)[]

/** A page with the includes found by rendering it, and the styles that these need. */
export interface RenderedPage {
  readonly page: Page
  readonly includes: readonly IncludeCall[]
  readonly styles: readonly Style[]
}

/** Describes what has been defined, and refuses what cannot work together. */
export function describeSite(
  build: string,
  pages: readonly RenderedPage[],
  fragments: readonly (Fragment & { fallbackHtml: string })[],
  endpoints: readonly (Endpoint & { mfe: string })[],
): Site {
  const known = new Map(fragments.map((fragment) => [fragment.route, fragment]))
  refuseTwins(
    'fragment',
    fragments.map(({ route }) => route),
  )
  refuseTwins(
    'page',
    pages.map(({ page }) => page.route.replace(/:\w+/g, ':')),
  )
  refuseTwins(
    'page',
    pages.map(({ page }) => page.id),
  )
  refuseTwins(
    'endpoint',
    endpoints.map(({ method, path }) => `${method} ${path.replace(/:\w+/g, ':')}`),
  )
  for (const { route, includes } of fragments) {
    for (const nested of includes) requireFragment(known, nested, route)
  }
  return {
    build,
    pages: pages.map((rendered) => describePage(rendered, known)),
    fragments: fragments.map((fragment) => ({ ...pick(fragment, OF_FRAGMENT), fallback: fragment.fallbackHtml })),
    endpoints: endpoints.map((endpoint) => ({ ...pick(endpoint, OF_ENDPOINT), mfe: endpoint.mfe })),
  }
}

function pick<T, const K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>
}

function describePage({ page, includes, styles }: RenderedPage, known: ReadonlyMap<string, Fragment>): SitePage {
  if (includes.filter(({ primary }) => primary).length > 1) {
    throw new DefinitionError(page.route, 'two primary fragments', 'A page has one status, so only one may set it.')
  }
  return {
    route: page.route,
    id: page.id,
    access: page.access,
    inputs: page.inputs,
    includes: includes.map((call) => {
      requireFragment(known, call.src, page.route)
      return {
        fragment: call.src,
        query: includeQuery(call.params),
        params: describeParams(call),
        primary: call.primary,
      }
    }),
    styles: styleSources(styles),
  }
}

function describeParams({ params }: IncludeCall): SiteInclude['params'] {
  return Object.fromEntries(
    Object.entries(params)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, isSlot(value) ? { input: value.slot } : { value: String(value) }]),
  )
}

function requireFragment(known: ReadonlyMap<string, Fragment>, route: string, where: string): void {
  if (known.has(route)) return
  throw new DefinitionError(where, `includes ${route}, which is not defined`, 'Define it, or leave the include out.')
}

function refuseTwins(kind: string, names: readonly string[]): void {
  const twin = names.find((name, index) => names.indexOf(name) !== index)
  if (twin) throw new DefinitionError(twin, `this ${kind} is defined twice`, 'Remove one of them.')
}
