/**
 * The gate: asked once a page by nginx (`auth_request`). It says who is signed in, whether they may see the page, and
 * which version of the page they would get; holding that version already is answered before anything is rendered.
 */
import type { User } from '#kit/context.ts'
import { Forbidden, SignInRequired } from '#kit/errors.ts'
import { checkAccess } from '#kit/fragment.ts'
import type { SignIdentity } from '#kit/identity.ts'
import { NEXT_LIMIT } from '#kit/next.ts'
import type { SitePage } from '#kit/site.ts'
import type { Versions } from './versions.ts'
import type { ReadVisit } from './visit.ts'

export interface GateRequest {
  /** The page's id; empty when a fragment or the API is asked directly. */
  readonly page: string
  /** The fragment's route when one is asked directly. */
  readonly fragment: string
  readonly inputs: URLSearchParams
  readonly cookie: string | undefined
  readonly ifNoneMatch: string
}

export interface GateAnswer {
  /** 403 stands for "unchanged" when `unchanged` is set: `auth_request` knows only 2xx, 401 and 403. */
  readonly status: 200 | 401 | 403
  readonly unchanged?: true
  readonly identity?: string
  readonly version?: string
  readonly includeVersions?: string
  /** Where to sign in, with the way back. */
  readonly signIn?: string
}

export interface GateDependencies {
  readonly readVisit: ReadVisit
  readonly pages: ReadonlyMap<string, SitePage>
  readonly versions: Versions
  readonly signIdentity: SignIdentity
  /** Whether the version belongs to a page that was not whole. */
  readonly isRetired: (version: string) => boolean
}

export async function answerGate(request: GateRequest, deps: GateDependencies): Promise<GateAnswer> {
  const { cookie, inputs } = request
  const page = deps.pages.get(request.page)
  if (!page) return answerDirect(request, deps)
  // Who is sent to sign in needs no version.
  const isOpen = (id: string | undefined) => page.access === 'public' || id !== undefined
  const tagsFor = (id: string | undefined) => (isOpen(id) ? deps.versions.tagsOf(page, inputs, id) : [])
  const { user, counters } = await deps.readVisit(cookie, tagsFor)
  const refusal = refusePage(page, user)
  if (refusal === 401) return { status: 401, signIn: signInAddress(page, inputs) }
  if (refusal === 403) return { status: 403 }

  const computed = deps.versions.versionOf(page, inputs, user, counters)
  const version = computed && !deps.isRetired(computed) ? computed : undefined
  if (version && holds(request.ifNoneMatch, version)) return { status: 403, unchanged: true, version }
  const includeVersions = deps.versions.includeVersions(page, inputs, counters)
  const identity = user && { identity: deps.signIdentity(user) }
  return { status: 200, ...identity, ...(version && { version }), ...(includeVersions && { includeVersions }) }
}

/** A fragment or the API: it is told who asks, and a fragment that is cached the version it is cached by. */
async function answerDirect({ cookie, fragment, inputs }: GateRequest, deps: GateDependencies): Promise<GateAnswer> {
  const tags = deps.versions.fragmentTags(fragment, inputs)
  const { user, counters } = await deps.readVisit(cookie, () => tags)
  return {
    status: 200,
    ...(user && { identity: deps.signIdentity(user) }),
    ...(tags.length > 0 && { includeVersions: deps.versions.includeVersion(fragment, tags, counters) }),
  }
}

function refusePage(page: SitePage, user: User | undefined): 401 | 403 | undefined {
  try {
    checkAccess(page.access, user)
    return undefined
  } catch (error) {
    if (error instanceof SignInRequired) return 401
    if (error instanceof Forbidden) return 403
    throw error
  }
}

/** Built from the page and its validated inputs, never from the address as it came. */
function signInAddress(page: SitePage, inputs: URLSearchParams): string {
  const query = new URLSearchParams()
  let path = page.route
  for (const { name, in: place } of page.inputs) {
    const value = inputs.get(name)
    if (!value) continue
    if (place === 'path') path = path.replace(`:${name}`, encodeURIComponent(value))
    else query.set(name, value)
  }
  const whole = `${path}?${query}`
  const back = query.size && whole.length <= NEXT_LIMIT ? whole : path
  return `/sign-in?next=${encodeURIComponent(back)}`
}

/** Weak comparison with each entry of the list (RFC 9110 §13.1.2). `*` is no version that anybody could hold. */
export function holds(ifNoneMatch: string, version: string): boolean {
  // Not split at commas: an entity tag may hold one.
  const held: readonly string[] = ifNoneMatch.match(/"[^"]*"/g) ?? []
  return held.includes(version.replace(/^W\//, ''))
}
