/** `page()`: a URL, who may see it, its inputs, and the fragments on it. Rendered once per route, with slots for inputs. */
import type { ComponentChild } from 'preact'
import type { Access } from './context.ts'
import { DefinitionError } from './errors.ts'
import type { Slot } from './include.tsx'
import { type InputPattern, inputPatterns, type Parsed, type Shape } from './input.ts'

export interface PageOptions<S extends Shape> {
  /** Shown in the tab, before the bank's name. */
  title: string
  /** One sentence for search engines; public pages only. */
  description?: string
  access: Access
  /**
   * Path parameters and query. What does not fit is 400 or 404 at the edge. Parameters that are not named here do not
   * reach anything: links gather such things on their way.
   */
  input?: S
  render: (input: { readonly [K in keyof Parsed<S>]: Slot<Parsed<S>[K]> }) => ComponentChild
}

export interface Page {
  readonly kind: 'page'
  /** As in `/payments/:id`. */
  readonly route: string
  /** The route as a name for files, caches and metrics: `payments-id`. */
  readonly id: string
  readonly title: string
  readonly description: string | undefined
  readonly access: Access
  readonly inputs: readonly PageInput[]
  readonly render: () => ComponentChild
}

export interface PageInput extends InputPattern {
  readonly in: 'path' | 'query'
}

export function page<S extends Shape = Record<never, never>>(route: string, options: PageOptions<S>): Page {
  if (!/^\/(?:(?:[a-z0-9-]+|:[a-z][a-z0-9_]*)(?:\/(?!$)|$))*$/.test(route)) {
    throw new DefinitionError(route, 'not a page route', 'Write it as /payments/:id.')
  }
  const inPath = new Set(Array.from(route.matchAll(/:([a-z][a-z0-9_]*)/g), ([, name]) => name))
  const patterns = inputPatterns(options.input ?? {}, route)
  const inputs = patterns.map((input) => ({ ...input, in: inPath.has(input.name) ? 'path' : 'query' }) as const)
  for (const name of inPath) {
    if (!inputs.some((input) => input.name === name)) {
      throw new DefinitionError(route, `":${name}" has no schema`, `Add ${name} to input.`)
    }
  }
  const slots = Object.fromEntries(inputs.map(({ name }) => [name, { slot: name }]))
  return {
    kind: 'page',
    route,
    id: pageId(route),
    title: options.title,
    description: options.description,
    access: options.access,
    inputs,
    render: () => options.render(slots as Parameters<PageOptions<S>['render']>[0]),
  }
}

function pageId(route: string): string {
  return route === '/' ? 'home' : route.slice(1).replace(/[/:]+/g, '-')
}
