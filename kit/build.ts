/** Builds what browsers load: one Preact file for all MFEs, a module an island, and the inline style and loader. */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { brotliCompressSync, gzipSync, constants as zlib } from 'node:zlib'
import { build, type Plugin, transformSync } from 'esbuild'
import type { AssetUrls } from './island.tsx'

/** Polyfill-free floor of Preact 11, and of what the style sheet uses. */
const TARGET = ['chrome80', 'firefox78', 'safari13.1']

export interface BuildOptions {
  /** The repository. */
  readonly root: string
  /** Where assets are written; served as `/assets/`. */
  readonly out: string
  /** Source files of the style sheet, in their order. */
  readonly styles: readonly string[]
  /** The site's icon, an SVG file. */
  readonly icon: string
}

export interface Assets extends AssetUrls {
  /** Hash of all sources: names the build in cache keys and page versions. */
  readonly build: string
  readonly css: string
  readonly loader: string
  /** `'sha256-…'` of the inline style and the loader, for the Content-Security-Policy. */
  readonly styleHash: string
  readonly scriptHash: string
  readonly preactUrl: string
  readonly iconUrl: string
  readonly ledger: readonly AssetWeight[]
}

export interface AssetWeight {
  readonly name: string
  readonly bytes: number
  readonly brotli: number
}

/** Builds everything; the same sources give the same names. */
export async function buildAssets({ root, out, styles, icon }: BuildOptions): Promise<Assets> {
  const css = minifyStyle(styles.map((file) => readFileSync(file, 'utf8')).join('\n'))
  const loader = (await bundle(root, readFileSync(join(root, 'kit/browser/loader.ts'), 'utf8'), 'iife', [])).trim()
  const preact = await bundle(root, PREACT, 'esm', [])
  const preactUrl = writeAsset(out, 'vendor/preact', 'js', preact)
  const iconUrl = writeAsset(out, 'icon', 'svg', readFileSync(icon, 'utf8'))
  const ledger = [weigh('style', css), weigh('loader', loader), weigh(preactUrl, preact)]
  const islands = new Map<string, string>()
  for (const file of islandFiles(root)) {
    const source = join(root, file)
    const code = await bundle(root, mountModule(source), 'esm', [sharePreact(preactUrl)])
    const url = writeAsset(out, file.replace(/^fragments\//, '').replace(/\.island\.tsx$/, ''), 'js', code)
    islands.set(pathToFileURL(source).href, url)
    ledger.push(weigh(url, code))
  }
  return {
    build: hashSources(root),
    css,
    loader,
    styleHash: cspHash(css),
    scriptHash: cspHash(loader),
    preactUrl,
    iconUrl,
    ledger,
    islandUrl(source) {
      const url = islands.get(source)
      if (!url) throw new Error(`${source} is no island that was built. Name it *.island.tsx in a fragment's folder.`)
      return url
    },
  }
}

/** Everything that any island may use of Preact. One file, one URL, whoever deployed the fragments of a page. */
const PREACT = `export * from 'preact'
export * from 'preact/hooks'
export { jsx, jsxs } from 'preact/jsx-runtime'`

function mountModule(source: string): string {
  return `import { h, hydrate } from 'preact'
import Island from ${JSON.stringify(source)}
export default (element, props) => hydrate(h(Island, props), element)`
}

async function bundle(root: string, contents: string, format: 'esm' | 'iife', plugins: Plugin[]): Promise<string> {
  const result = await build({
    stdin: { contents, resolveDir: join(root, 'kit/browser'), loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    format,
    target: TARGET,
    // esbuild counts Safari before 14.1 as broken for one rare form of destructuring, and refuses them all.
    supported: { destructuring: true },
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'silent',
    plugins,
  })
  return result.outputFiles[0]?.text ?? ''
}

/** Points every import of Preact at the shared file, instead of bundling a copy or needing an import map (Chrome 89+). */
function sharePreact(url: string): Plugin {
  return {
    name: 'share-preact',
    setup(build) {
      build.onResolve({ filter: /^preact(\/hooks|\/jsx-runtime)?$/ }, () => ({ path: url, external: true }))
    },
  }
}

/** Writes `name-HASH.ext` with its compressed forms, which nginx sends as they are. */
function writeAsset(out: string, name: string, extension: string, code: string): string {
  const file = `${name}-${hash(code).slice(0, 10)}.${extension}`
  const path = join(out, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, code)
  writeFileSync(`${path}.br`, compress(code))
  writeFileSync(`${path}.gz`, gzipSync(code, { level: 9 }))
  return `/assets/${file}`
}

function islandFiles(root: string): string[] {
  return sourceFiles(root, 'fragments').filter((file) => file.endsWith('.island.tsx'))
}

function hashSources(root: string): string {
  const digest = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')))
  for (const folder of ['kit', 'layout', 'fragments', 'gateway']) {
    for (const file of sourceFiles(root, folder)) digest.update(file).update(readFileSync(join(root, file)))
  }
  return digest.digest('base64url').slice(0, 12).replace(/[-_]/g, '0')
}

function sourceFiles(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort()
}

function minifyStyle(css: string): string {
  return transformSync(css, { loader: 'css', minify: true, target: TARGET }).code.trim()
}

function weigh(name: string, text: string): AssetWeight {
  return { name, bytes: Buffer.byteLength(text), brotli: compress(text).length }
}

function compress(text: string): Buffer {
  return brotliCompressSync(text, { params: { [zlib.BROTLI_PARAM_QUALITY]: 11 } })
}

function cspHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
