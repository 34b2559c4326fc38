/** Islands: one Preact file for all MFEs, and a module an island. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Metafile, type Plugin } from 'esbuild'
import { bundle } from './bundle.ts'
import { writeAsset } from './output.ts'
import { assetName, sourceFiles } from './sources.ts'

const ISLAND = '.island.tsx'

export interface BuiltScript {
  /** Source file under the repository. */
  readonly file: string
  readonly url: string
  readonly code: string
}

/**
 * Everything that any island may use of Preact, and what mounts them. One file, one URL, whoever deployed the fragments
 * of a page.
 */
export async function buildPreact(out: string): Promise<BuiltScript> {
  const code = await bundle(
    `export * from 'preact'
export * from 'preact/hooks'
export { jsx, jsxs } from 'preact/jsx-runtime'
export { mount } from './mount.ts'`,
    'esm',
  )
  return { file: 'preact', url: writeAsset(out, 'vendor/preact', '.js', code), code }
}

/** Every `*.island.tsx` of the MFEs and of the kit. */
export function buildIslands(root: string, out: string, preactUrl: string): Promise<BuiltScript[]> {
  const files = ['fragments', 'kit'].flatMap((folder) => sourceFiles(root, folder)).filter(isIsland)
  return Promise.all(files.map((file) => buildIsland(root, out, file, preactUrl)))
}

async function buildIsland(root: string, out: string, file: string, preactUrl: string): Promise<BuiltScript> {
  const contents = `import { mount } from 'preact/mount'
import Island from ${JSON.stringify(join(root, file))}
export default mount(Island)`
  const code = await bundle(contents, 'esm', [sharePreact(preactUrl), BARE])
  return { file, url: writeAsset(out, islandName(file), '.js', code), code }
}

/** Points every import of Preact at the shared file, instead of bundling a copy or needing an import map (Chrome 89+). */
function sharePreact(url: string): Plugin {
  return {
    name: 'share-preact',
    setup(build) {
      build.onResolve({ filter: /^preact(\/hooks|\/jsx-runtime|\/mount)?$/ }, () => ({ path: url, external: true }))
    },
  }
}

/** In the browser `island()` has nothing to add: what it notes is for the server's render. */
const BARE: Plugin = {
  name: 'bare-islands',
  setup(build) {
    build.onLoad({ filter: /\/kit\/island\.tsx$/ }, () => ({
      contents: 'export const island = (_, component) => component',
      loader: 'js',
    }))
  },
}

/**
 * Source files of the islands that each fragment may put on a page, by its route: what is imported, directly or not, by
 * the file that defines it.
 */
export async function findIslandUsers(root: string): Promise<Map<string, string[]>> {
  const entries = sourceFiles(root, 'fragments').filter((file) => file.endsWith('/fragment.tsx'))
  if (entries.length === 0) return new Map()
  const { metafile } = await build({
    entryPoints: entries.map((file) => join(root, file)),
    absWorkingDir: root,
    outdir: '.',
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'silent',
    plugins: [OURS_ONLY],
  })
  const { inputs } = metafile
  const users = Object.keys(inputs).flatMap((file) =>
    definedRoutes(join(root, file)).map((route): [string, string[]] => [route, importedIslands(file, inputs)]),
  )
  return new Map(users)
}

/** The routes of the fragments that a file defines. */
function definedRoutes(path: string): string[] {
  return Array.from(readFileSync(path, 'utf8').matchAll(/\bfragment\(\s*'(\/_\/[^']+)'/g), ([, route = '']) => route)
}

function importedIslands(file: string, inputs: Metafile['inputs']): string[] {
  const seen = new Set<string>()
  const visit = (path: string) => {
    if (seen.has(path)) return
    seen.add(path)
    for (const { path: next, external } of inputs[path]?.imports ?? []) if (!external) visit(next)
  }
  visit(file)
  return [...seen].filter(isIsland).sort()
}

/** Packages are not followed: no island is in them. */
const OURS_ONLY: Plugin = {
  name: 'ours-only',
  setup(build) {
    build.onResolve({ filter: /^[^.#/]/ }, ({ kind }) => (kind === 'entry-point' ? undefined : { external: true }))
  },
}

/** `payments/filter` */
export function islandName(file: string): string {
  return assetName(file).slice(0, -ISLAND.length)
}

function isIsland(file: string): boolean {
  return file.endsWith(ISLAND)
}

/** The key by which a render finds an island: its `import.meta.url`. */
export function sourceUrl(root: string, file: string): string {
  return pathToFileURL(join(root, file)).href
}
