/** What nginx would accept and serve wrongly. Each of these is an error before anything is written. */
import { DefinitionError } from '#kit/errors.ts'
import type { Site, SiteFragment, SitePage } from '#kit/site.ts'
import { queryInputs, targetsOf } from './inputs.ts'
import { lintOverlaps } from './overlap.ts'
import { admits } from './probe.ts'
import { parametersOf } from './routes.ts'

/** Names of upstreams that are the edge's own. */
const OWN_SERVICES = ['assembly', 'hop', 'layout']
/** What a value in a URL may be written with, by RFC 3986, without what separates values. */
const URL_DATA = /^[A-Za-z0-9%._~!*'(),:@/?+-]$/

export function lintSite(site: Site): void {
  const fragments = new Map(site.fragments.map((fragment) => [fragment.route, fragment]))
  if (!/^[A-Za-z0-9._-]+$/.test(site.build)) {
    throw new DefinitionError(site.build, 'not the name of a build', 'Use letters, digits, ".", "_" and "-".')
  }
  for (const { mfe } of [...site.fragments, ...site.endpoints]) lintService(mfe)
  for (const page of site.pages) lintPage(page, fragments, site)
  for (const fragment of site.fragments) lintNesting(fragment, fragments, [])
  for (const { path, inputs } of site.endpoints) lintPath(path, inputs)
  lintEndpoints(site)
  lintOverlaps(site)
}

/** Warnings are not enough here: a cached map served one include's HTML for another. */
export function lintText(files: ReadonlyMap<string, string>): void {
  for (const [name, text] of files) {
    for (const [map, source = '', body = ''] of text.matchAll(/^ *map (\S+|"[^"]*") \$\w+ \{\n([^}]*)\}/gm)) {
      if (source === '""' || /^\s*volatile;/.test(body)) continue
      throw new DefinitionError(name, `a map that is not volatile: ${map.split('\n')[0]}`, 'Add "volatile;" to it.')
    }
  }
}

function lintService(mfe: string): void {
  if (!OWN_SERVICES.includes(mfe)) return
  throw new DefinitionError(mfe, 'this name belongs to the edge itself', 'Rename the folder.')
}

function lintPage(page: SitePage, fragments: ReadonlyMap<string, SiteFragment>, site: Site): void {
  lintPath(page.route, page.inputs)
  for (const { name, pattern } of queryInputs(page)) lintQuery(page.route, name, pattern)
  for (const { query, fragment } of page.includes) {
    if (!fragments.has(fragment))
      throw new DefinitionError(page.route, `includes ${fragment}, which is unknown`, 'Define it.')
    for (const [, slot] of query.matchAll(/\$q_(\w+)/g)) {
      if (page.inputs.some(({ name }) => name === slot)) continue
      const remedy = `Add ${slot} to the page's input, or give the include a value.`
      throw new DefinitionError(page.route, `${fragment} is given "${slot}", which is no input of the page`, remedy)
    }
  }
  for (const { fragment } of targetsOf(page, site)) lintTarget(page, fragment)
}

// Which of the two did the form belong to? The edge cannot know.
function lintTarget(page: SitePage, { route }: SiteFragment): void {
  const queries = page.includes.filter(({ fragment }) => fragment === route).map(({ query }) => query)
  if (new Set(queries).size < 2) return
  throw new DefinitionError(page.route, `${route} takes actions and is included twice, differently`, 'Include it once.')
}

/** Captures of a regular expression are decoded: a pattern for a path must not admit what means something in a URL. */
function lintPath(path: string, inputs: SitePage['inputs'] | Site['endpoints'][number]['inputs']): void {
  for (const parameter of parametersOf(path)) {
    const pattern = inputs.find(({ name }) => name === parameter)?.pattern
    if (pattern === undefined) throw new DefinitionError(path, `":${parameter}" has no schema`, 'Add it to input.')
    const wrong = admits(pattern, (character) => !/^[A-Za-z0-9_-]$/.test(character))
    if (wrong === undefined) continue
    const remedy = 'Use z.uuid(), an enum, or .regex(/^[a-z0-9-]+$/).'
    throw new DefinitionError(path, `":${parameter}" admits ${JSON.stringify(wrong)}, which a path must not`, remedy)
  }
}

function lintQuery(route: string, name: string, pattern: string): void {
  const wrong = admits(pattern, (character) => !URL_DATA.test(character))
  if (wrong === undefined) return
  const remedy = 'Values are matched as they stand in the URL, percent-encoded: name the characters it may have.'
  throw new DefinitionError(route, `input "${name}" admits ${JSON.stringify(wrong)} as it stands`, remedy)
}

function lintNesting(
  fragment: SiteFragment,
  fragments: ReadonlyMap<string, SiteFragment>,
  above: readonly string[],
): void {
  if (above.includes(fragment.route)) {
    const circle = [...above, fragment.route].join(' → ')
    throw new DefinitionError(fragment.route, `includes itself: ${circle}`, 'nginx would go round 50 times. Break it.')
  }
  for (const route of fragment.includes) {
    const nested = fragments.get(route)
    if (nested) lintNesting(nested, fragments, [...above, fragment.route])
  }
}

function lintEndpoints({ endpoints }: Site): void {
  const owners = new Map<string, string>()
  for (const { path, mfe } of endpoints) {
    const owner = owners.get(path) ?? mfe
    if (owner !== mfe) {
      throw new DefinitionError(path, `${owner} and ${mfe} share this path`, 'All methods of a path belong to one MFE.')
    }
    owners.set(path, mfe)
  }
}
