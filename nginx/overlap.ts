/** Two routes for one address: nginx would take the first expression in the file, which nobody chose. */
import { DefinitionError } from '#kit/errors.ts'
import type { InputPattern } from '#kit/input.ts'
import type { Site } from '#kit/site.ts'
import { parametersOf } from './routes.ts'

interface Route {
  readonly path: string
  readonly inputs: readonly InputPattern[]
}

/** Addresses of the edge itself. */
const RESERVED = /^\/(?:healthz|readyz|ws|graphql|assets|_[^/]*)(?:\/|$)/

export function lintOverlaps({ pages, fragments, endpoints }: Site): void {
  const routes: Route[] = [
    ...pages.map(({ route, inputs }) => ({ path: route, inputs })),
    ...[...new Map(endpoints.map((endpoint) => [endpoint.path, endpoint])).values()],
  ]
  for (const { path } of routes) refuseReserved(path)
  for (const { route } of pages) refuseApi(route)
  for (const { route } of fragments) refuseLayout(route)
  const open = routes.filter(({ path }) => parametersOf(path).length > 0)
  open.forEach((route, index) => {
    for (const other of open.slice(index + 1)) refuseOverlap(route, other)
  })
}

function refuseReserved(path: string): void {
  if (RESERVED.test(path)) throw new DefinitionError(path, "this address is the edge's own", 'Choose another route.')
}

function refuseApi(route: string): void {
  if (/^\/api(?:\/|$)/.test(route)) throw new DefinitionError(route, 'a page in the API', 'Choose another route.')
}

function refuseLayout(route: string): void {
  if (route.startsWith('/_/layout/')) throw new DefinitionError(route, '/_i/layout is taken', 'Rename the folder.')
}

// A route without parameters is an exact location, which nginx prefers: it never competes.
function refuseOverlap(one: Route, other: Route): void {
  const [left, right] = [one.path.split('/'), other.path.split('/')]
  if (left.length !== right.length) return
  if (!left.every((segment, index) => mayBeEqual(segment, one, right[index] ?? '', other))) return
  throw new DefinitionError(one.path, `${other.path} can be the same address`, 'Give one of them a fixed part.')
}

function mayBeEqual(segment: string, route: Route, other: string, otherRoute: Route): boolean {
  if (segment.startsWith(':') && other.startsWith(':')) return true
  if (segment.startsWith(':')) return matches(segment, route, other)
  if (other.startsWith(':')) return matches(other, otherRoute, segment)
  return segment === other
}

function matches(parameter: string, { inputs }: Route, text: string): boolean {
  const pattern = inputs.find(({ name }) => name === parameter.slice(1))?.pattern
  return pattern === undefined || new RegExp(`^(?:${pattern})$`).test(text)
}
