/** Maps that decide: whether a page's inputs are valid, which fragment an action addresses, which version a cache keeps. */
import type { Site, SiteFragment, SiteInclude, SitePage } from '#kit/site.ts'
import { generated, quote, variableName, volatileMap } from './syntax.ts'

export function compileInputs(site: Site): string {
  return generated('Inputs, actions, versions', [
    ...site.pages.flatMap(compileQueryChecks),
    ...compileActions(site),
    ...site.fragments.filter(isVersioned).flatMap(compileVersion),
  ])
}

/** The variables that are 1 when a query input of the page is not what it should be. */
export function refusalsOf(page: SitePage): string[] {
  return queryInputs(page).map(({ name }) => refusal(page, name))
}

export function queryInputs(page: SitePage): SitePage['inputs'] {
  return page.inputs.filter((input) => input.in === 'query')
}

/** A form's target: the fragment that is asked, with the include whose query it is asked with. */
export interface Target {
  readonly include: SiteInclude
  readonly fragment: SiteFragment
}

/** The fragments of a page that take actions. */
export function targetsOf(page: SitePage, site: Site): Target[] {
  const seen = new Set<string>()
  return page.includes.flatMap((include) => {
    const fragment = site.fragments.find(({ route }) => route === include.fragment)
    if (!fragment?.actions.length || seen.has(fragment.route)) return []
    seen.add(fragment.route)
    return [{ include, fragment }]
  })
}

/** A fragment whose tags are in its cache key. */
export function isVersioned({ cache, tags }: SiteFragment): boolean {
  return cache !== undefined && tags.length > 0
}

export function versionVariable({ mfe, name }: SiteFragment): string {
  return variableName('version', mfe, name)
}

/** 1 when the gateway gave no version: then nobody knows what a cached answer is worth. */
export function unversionedVariable({ mfe, name }: SiteFragment): string {
  return variableName('unversioned', mfe, name)
}

function compileQueryChecks(page: SitePage): string[] {
  return queryInputs(page).map(({ name, pattern, required }) =>
    volatileMap(`$arg_${name}`, refusal(page, name), [
      ['default', '1'],
      ['""', required ? '1' : '""'],
      [quote(`~^(?:${pattern})\\z`), '""'],
    ]),
  )
}

/** From the page and `?action=` to the place that acts, and to the name the service knows the action by. */
function compileActions(site: Site): string[] {
  const places: [string, string][] = [['default', 'refused']]
  const names: [string, string][] = [['default', '""']]
  for (const page of site.pages) {
    for (const { fragment, include } of targetsOf(page, site)) {
      const place = `${fragment.mfe}/${fragment.name}`
      for (const action of fragment.actions) {
        const address = `${place}.${action}`
        for (const given of spellings(address, isMeant(page, include, fragment))) {
          places.push([quote(`${page.id} ${given}`), place])
          names.push([quote(`${page.id} ${given}`), address])
        }
      }
    }
  }
  return [
    volatileMap('"$page_id $arg_action"', 'acting', places),
    volatileMap('"$page_id $arg_action"', 'acting_action', names),
  ]
}

// Maps compare without regard to case, so `%2F` stands for `%2f` too.
function spellings(address: string, isMeantByNone: boolean): string[] {
  return [address, address.replace('/', '%2F'), ...(isMeantByNone ? [''] : [])]
}

// A POST that names no action: `POST /sign-in` of a script. Where somebody is signed in, an action has to be named.
function isMeant({ access }: SitePage, { primary }: SiteInclude, { actions }: SiteFragment): boolean {
  return access === 'public' && primary && actions.length === 1
}

function compileVersion(fragment: SiteFragment): string[] {
  const variable = versionVariable(fragment)
  const group = `in_${variable}`
  return [
    volatileMap('$include_versions', variable, [
      ['default', '""'],
      [quote(`~(?:^|;)${fragment.mfe}/${fragment.name}=(?<${group}>[A-Za-z0-9_-]+)`), `$${group}`],
    ]),
    volatileMap(`$${variable}`, unversionedVariable(fragment), [
      ['default', '""'],
      ['""', '1'],
    ]),
  ]
}

function refusal(page: SitePage, input: string): string {
  return variableName('refused', page.id, input)
}
