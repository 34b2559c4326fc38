/**
 * Page versions: a keyed hash of all that a page is made of. Equal versions mean byte-identical pages, so a browser that
 * holds one needs no other.
 */
import { createHmac, createSecretKey } from 'node:crypto'
import type { User } from '#kit/context.ts'
import { fillTag } from '#kit/fragment.ts'
import type { Site, SiteFragment, SitePage } from '#kit/site.ts'
import { mfeTag } from '#kit/tags.ts'

/** Raised when a gateway starts: what another one did not live to mark as degraded is then nobody's version any more. */
export const GATEWAY_TAG = 'gateway'

/** By tag, in the order in which they were asked for. */
type Counters = ReadonlyMap<string, number>

export interface Versions {
  /** Tags to read for this page and the user with this id, whether or not it has a version. */
  tagsOf(page: SitePage, inputs: URLSearchParams, user: string | undefined): readonly string[]
  /** An entity tag for `If-None-Match`, from the counters of `tagsOf`; undefined when the page cannot have one. */
  versionOf(page: SitePage, inputs: URLSearchParams, user: User | undefined, counters: Counters): string | undefined
  /** `rates/board=a1;rates/table=b2`: goes into the cache keys, so that a raised tag is a new key. */
  includeVersions(page: SitePage, inputs: URLSearchParams, counters: Counters): string
  /** The same for one fragment that is asked directly. */
  includeVersion(route: string, tags: readonly string[], counters: Counters): string
  /** Tags of a cached fragment; empty for others. */
  fragmentTags(route: string, inputs: URLSearchParams): readonly string[]
}

/** `key` must be the same for all gateways of a site, and unknown outside: a version tells nothing about a user. */
export function pageVersions(site: Site, key: string): Versions {
  const fragments = new Map(site.fragments.map((fragment) => [fragment.route, fragment]))
  const secret = createSecretKey(key, 'utf8')
  const fixed = new Map(
    site.pages.filter(isFixed).map((page) => [page, [...includesOf(page, new URLSearchParams(), fragments)]]),
  )
  const includesFor = (page: SitePage, inputs: URLSearchParams) =>
    fixed.get(page) ?? [...includesOf(page, inputs, fragments)]
  const complete = new Set(site.pages.filter((page) => isComplete(includesFor(page, new URLSearchParams()))))

  function tagsOf(page: SitePage, inputs: URLSearchParams, user: string | undefined): readonly string[] {
    const all = new Set([GATEWAY_TAG, degradedTag(page.id, user)])
    for (const { fragment, values } of includesFor(page, inputs)) {
      all.add(mfeTag(fragment.mfe))
      for (const tag of fragment.tags) {
        if (!tag.includes('{')) all.add(tag)
        else if (values || !isOfInput(tag)) all.add(fillTag(tag, { ...values, user }))
      }
    }
    return [...all]
  }

  function fragmentTags(route: string, inputs: URLSearchParams): readonly string[] {
    const fragment = fragments.get(route)
    return fragment?.cache ? fragment.tags.map((tag) => fillTag(tag, Object.fromEntries(inputs))) : []
  }

  return {
    tagsOf,
    fragmentTags,
    versionOf(page, inputs, user, counters) {
      if (!complete.has(page)) return undefined
      const parts = [
        site.build,
        page.id,
        [...inputs].filter(([, value]) => value !== ''),
        user ? [user.id, user.session, user.name, user.role] : null,
        [...counters],
        // A version lives for a day, so that notes of degraded pages need not live for ever.
        new Date().toISOString().slice(0, 10),
      ]
      return `W/"${createHmac('sha256', secret).update(JSON.stringify(parts)).digest('base64url').slice(0, 27)}"`
    },
    includeVersions(page, inputs, counters) {
      const tags = new Map<string, Set<string>>()
      for (const { fragment, values } of includesFor(page, inputs)) {
        if (!fragment.cache || fragment.tags.length === 0) continue
        // The same fragment with other inputs has other tags: both share one version, as nginx knows fragments by route.
        const known = tags.get(fragment.route) ?? new Set()
        for (const tag of fragment.tags) known.add(fillTag(tag, values ?? {}))
        tags.set(fragment.route, known)
      }
      return [...tags].map(([route, known]) => includeVersion(route, [...known], counters)).join(';')
    },
    includeVersion,
  }
}

/** A page that showed a fallback raises this, so its version never comes back. */
export function degradedTag(page: string, user: string | undefined): string {
  return `degraded:${page}:${user ?? ''}`
}

function includeVersion(route: string, tags: readonly string[], counters: Counters): string {
  const version = tags.map((tag) => (counters.get(tag) ?? 0).toString(36)).join('x')
  return `${route.slice('/_/'.length)}=${version}`
}

interface Included {
  readonly fragment: SiteFragment
  /** Of its inputs. */
  readonly values: Readonly<Record<string, string | null>> | undefined
}

/** Whether its fragments are given the same for every visitor: most pages. */
function isFixed({ includes }: SitePage): boolean {
  return includes.every(({ params }) => Object.values(params).every((param) => 'value' in param))
}

/** False when something among them can change without any tag being raised. */
function isComplete(includes: readonly Included[]): boolean {
  return includes.every(
    ({ fragment: { tags }, values }) => tags.length > 0 && (values !== undefined || !tags.some(isOfInput)),
  )
}

function isOfInput(tag: string): boolean {
  return /\{(?!user\})/.test(tag)
}

/** Every fragment on the page with the values of its inputs; those nested in fragments have inputs we cannot know. */
function* includesOf(
  page: SitePage,
  inputs: URLSearchParams,
  fragments: ReadonlyMap<string, SiteFragment>,
): Generator<Included> {
  const nested: string[] = []
  for (const { fragment: route, params } of page.includes) {
    const fragment = fragments.get(route)
    if (!fragment) continue
    const values = Object.fromEntries(
      Object.entries(params).map(([name, param]) => [name, 'value' in param ? param.value : inputs.get(param.input)]),
    )
    nested.push(...fragment.includes)
    yield { fragment, values }
  }
  const seen = new Set<string>()
  for (let route = nested.pop(); route !== undefined; route = nested.pop()) {
    const fragment = fragments.get(route)
    if (!fragment || seen.has(route)) continue
    seen.add(route)
    nested.push(...fragment.includes)
    yield { fragment, values: undefined }
  }
}
