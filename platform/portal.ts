/** The portal as its sources say it: definitions, what browsers load, layouts, and the site as data. Nothing runs yet. */
import { join } from 'node:path'
import { type AssetWeight, enforceBudgets, weighPages } from '#kit/build/ledger.ts'
import type { BuiltAssets } from '#kit/build/manifest.ts'
import { type Assets, buildAssets } from '#kit/build.ts'
import { compose, render } from '#kit/render.tsx'
import { describeSite, type Site } from '#kit/site.ts'
import type { Mfe } from '../fragments/definitions.ts'
import { STYLES } from '../layout/design/styles.ts'
import { createLayout, type Layout } from '../layout/layouts.tsx'
import { routes } from '../layout/routes.ts'
import type { Run } from '../machine/folder.ts'
import { assetsFolder } from './places.ts'

const ROOT = join(import.meta.dirname, '..')

export interface Portal<A extends BuiltAssets = Assets> {
  readonly mfes: readonly Mfe[]
  readonly assets: A
  readonly layouts: readonly Layout[]
  readonly site: Site
}

export function buildPortalAssets(run: Pick<Run, 'path'>): Promise<Assets> {
  return buildAssets({ root: ROOT, out: assetsFolder(run), styles: STYLES, icon: join(ROOT, 'layout/design/icon.svg') })
}

/** What browsers load, a line a file, and the page with the heaviest scripts. Throws where a page is over its budget. */
export function ledgerOf({ site, assets }: Pick<Portal, 'site' | 'assets'>): AssetWeight[] {
  const pages = weighPages(site, assets.weighScripts)
  enforceBudgets(pages)
  return [...assets.ledger, ...pages.slice(0, 1)]
}

/** The site is what the edge and the gateway are compiled from. */
export function describePortal<A extends BuiltAssets>(mfes: readonly Mfe[], assets: A): Portal<A> {
  const definitions = mfes.flatMap(({ fragments }) => fragments)
  const layouts = routes.map((page) => createLayout(page, assets, definitions))
  const fragments = definitions.map((fragment) => ({
    ...fragment,
    fallbackHtml: compose(render(fragment.fallback, assets)),
  }))
  const endpoints = mfes.flatMap((mfe) => mfe.endpoints.map((endpoint) => ({ ...endpoint, mfe: mfe.name })))
  return { mfes, assets, layouts, site: describeSite(assets.build, layouts, fragments, endpoints) }
}
