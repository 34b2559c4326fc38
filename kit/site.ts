/**
 * The site as plain data: what the edge compiler and the gateway need to know of every definition, and nothing that runs.
 * It survives JSON, so that each can be given it as a file when they do not share a process.
 */
import type { Access } from './context.ts'
import type { Endpoint, Method } from './endpoint.ts'
import { DefinitionError } from './errors.ts'
import type { Fragment } from './fragment.ts'
import { type IncludeCall, includeQuery, isSlot } from './include.tsx'
import type { InputPattern } from './input.ts'
import type { Page, PageInput } from './page.ts'

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

export interface SiteFragment {
  readonly route: string
  readonly mfe: string
  readonly name: string
  readonly access: Access
  /** Seconds that the edge may keep it, and may serve it stale after that. */
  readonly cache: { readonly seconds: number; readonly stale: number } | undefined
  readonly tags: readonly string[]
  /** Routes of the fragments nested in it. */
  readonly includes: readonly string[]
  /** Milliseconds for the whole answer. */
  readonly timeout: number
  readonly inputs: readonly InputPattern[]
  readonly actions: readonly string[]
  /** HTML to show instead. */
  readonly fallback: string
}

export interface SiteEndpoint {
  readonly method: Method
  readonly path: string
  readonly mfe: string
  readonly access: Access
  readonly inputs: readonly InputPattern[]
  readonly takesBody: boolean
  readonly timeout: number
}

/** A page with the includes found by rendering it. */
export interface RenderedPage {
  readonly page: Page
  readonly includes: readonly IncludeCall[]
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
    pages: pages.map(({ page, includes }) => describePage(page, includes, known)),
    fragments: fragments.map((fragment) => ({
      route: fragment.route,
      mfe: fragment.mfe,
      name: fragment.name,
      access: fragment.access,
      cache: fragment.cache,
      tags: fragment.tags,
      includes: fragment.includes,
      timeout: fragment.timeout,
      inputs: fragment.inputs,
      actions: fragment.actions,
      fallback: fragment.fallbackHtml,
    })),
    endpoints: endpoints.map(({ method, path, mfe, access, inputs, takesBody, timeout }) => ({
      method,
      path,
      mfe,
      access,
      inputs,
      takesBody,
      timeout,
    })),
  }
}

function describePage(page: Page, includes: readonly IncludeCall[], known: ReadonlyMap<string, Fragment>): SitePage {
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
