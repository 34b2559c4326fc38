/** Builds what browsers load: styles, the loader, one Preact file for all MFEs, islands, static files and pictures. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BROWSER, bundle, minifyStyle } from './build/bundle.ts'
import { buildFiles } from './build/files.ts'
import { type BuiltScript, buildIslands, buildPreact, findIslandUsers, islandName, sourceUrl } from './build/islands.ts'
import { type AssetWeight, addWeights, BUDGETS, enforceBudgets, type Weight, weigh } from './build/ledger.ts'
import { type BuiltAssets, type Manifest, openManifest } from './build/manifest.ts'
import { cspHash, writeAsset } from './build/output.ts'
import { buildPictures } from './build/pictures.ts'
import { hashSources } from './build/sources.ts'
import { buildStyles } from './build/styles.ts'

export interface BuildOptions {
  /** The repository. */
  readonly root: string
  /** Where assets are written; served as `/assets/`. */
  readonly out: string
  /** Source files of the base style sheet, in their order. */
  readonly styles: readonly string[]
  /** The site's icon, an SVG file. */
  readonly icon: string
}

export interface Assets extends BuiltAssets {
  /** All of it that is data. */
  readonly manifest: Manifest
  /** All scripts that a page with these fragments may load. */
  weighScripts(routes: readonly string[]): Weight
  readonly ledger: readonly AssetWeight[]
}

/** Builds everything; the same sources give the same names. Throws a DefinitionError for what is over its budget. */
export async function buildAssets({ root, out, styles: base, icon }: BuildOptions): Promise<Assets> {
  const css = minifyStyle(base.map((file) => readFileSync(file, 'utf8')).join('\n'))
  const loader = await bundle(readFileSync(join(BROWSER, 'loader.ts'), 'utf8'), 'iife')
  const preact = await buildPreact(out)
  const islands = await buildIslands(root, out, preact.url)
  const styles = buildStyles(root, out)
  const files = buildFiles(root, out)
  const pictures = await buildPictures(root, out)

  const ledger = [
    weigh('loader, inline', loader, BUDGETS.loader),
    weigh('base style, inline', css, BUDGETS.style),
    ...Array.from(styles.values(), ({ name, css, url }) =>
      weigh(`style ${name}${url ? '' : ', inline'}`, css, BUDGETS.fragmentStyle),
    ),
    weigh('Preact', preact.code, BUDGETS.preact),
    ...islands.map(({ file, code }) => weigh(`island ${islandName(file)}`, code, BUDGETS.island)),
    ...pictures.map(({ weight }) => weight),
  ]
  enforceBudgets(ledger)

  const manifest: Manifest = {
    build: hashSources(root),
    css,
    loader,
    styleHash: cspHash(css),
    scriptHash: cspHash(loader),
    preactUrl: preact.url,
    iconUrl: writeAsset(out, 'icon', '.svg', readFileSync(icon)),
    styles: [...styles.values()],
    islands: Object.fromEntries(islands.map(({ file, url }) => [sourceUrl(root, file), url])),
    files: Object.fromEntries(files),
    pictures: Object.fromEntries(pictures.map(({ file, picture }) => [sourceUrl(root, file), picture])),
  }
  return {
    ...openManifest(manifest),
    manifest,
    ledger,
    weighScripts: scriptScale(loader, preact, islands, await findIslandUsers(root)),
  }
}

/** What may come together on a page: the loader and, with the first island, Preact and every island of its fragments. */
function scriptScale(
  loader: string,
  preact: BuiltScript,
  islands: readonly BuiltScript[],
  users: ReadonlyMap<string, readonly string[]>,
): Assets['weighScripts'] {
  const weights = new Map(islands.map(({ file, code }) => [file, weigh(file, code)]))
  const [loaderWeight, preactWeight] = [weigh('loader', loader), weigh('Preact', preact.code)]
  return (routes) => {
    const files = new Set(routes.flatMap((route) => users.get(route) ?? []))
    const used = [...files].flatMap((file) => weights.get(file) ?? [])
    return addWeights([loaderWeight, ...(used.length ? [preactWeight] : []), ...used])
  }
}
