/** What `/_dev` shows: every fragment with its declaration, where it is written and on which pages it is. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Fragment } from '#kit/fragment.ts'
import { pageStyles, type Style } from '#kit/styles.ts'
import type { Portal } from '../platform/portal.ts'
import { sampleInputs } from './samples.ts'

export interface Catalogue {
  readonly fragments: readonly CatalogueEntry[]
  /** What a page of ours needs to look like the portal. */
  readonly css: string
  readonly loader: string
  readonly iconUrl: string
}

export interface CatalogueEntry
  extends Pick<Fragment, 'route' | 'mfe' | 'name' | 'access' | 'cache' | 'tags' | 'includes' | 'timeout' | 'actions'> {
  readonly inputs: readonly CatalogueInput[]
  readonly fallback: string
  /** Style sheets that it needs beyond those of every page. */
  readonly styles: readonly Style[]
  /** `fragments/payments/recent.tsx:7` */
  readonly source: string
  /** Routes of the pages that include it. */
  readonly pages: readonly string[]
}

export interface CatalogueInput {
  readonly name: string
  readonly pattern: string
  readonly required: boolean
  /** `integer`, `enum`… as its schema says. */
  readonly type: string
  /** In words, as its schema bounds it; empty where only the pattern says it. */
  readonly takes: string
  /** Values to try; the first is the default, empty for "not given". */
  readonly samples: readonly string[]
}

const ROOT = join(import.meta.dirname, '..')

export function createCatalogue({ mfes, assets, site }: Portal): Catalogue {
  const definitions = mfes.flatMap(({ fragments }) => fragments)
  const sources = new Map(mfes.flatMap(({ name }) => findSources(name)))
  const fragments = definitions.map((fragment): CatalogueEntry => {
    const { route, mfe, name, access, cache, tags, includes, timeout, actions, schema } = fragment
    return {
      ...{ route, mfe, name, access, cache, tags, includes, timeout, actions },
      inputs: fragment.inputs.map((input) => ({ ...input, ...sampleInputs(schema.properties?.[input.name]) })),
      fallback: site.fragments.find((known) => known.route === route)?.fallback ?? '',
      styles: pageStyles([route], definitions, assets.styles),
      source: sources.get(route) ?? `fragments/${mfe}`,
      pages: site.pages
        .filter((page) => page.includes.some((include) => include.fragment === route))
        .map((page) => page.route),
    }
  })
  return { fragments, css: assets.css, loader: assets.loader, iconUrl: assets.iconUrl }
}

/** Routes with the file and line of their definition. */
function findSources(mfe: string): [route: string, place: string][] {
  const folder = join(ROOT, 'fragments', mfe)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /(?<!\.test)\.tsx?$/.test(file),
  )
  return files.flatMap((file) => {
    const path = join(folder, file)
    const text = readFileSync(path, 'utf8')
    return Array.from(
      text.matchAll(/\bfragment\(\s*['"](\/_\/[^'"]+)['"]/g),
      ({ 1: route = '', index }): [string, string] => [
        route,
        `${relative(ROOT, path)}:${text.slice(0, index).split('\n').length}`,
      ],
    )
  })
}
