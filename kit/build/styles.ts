/** Style sheets of fragments: each is built once, and is inline where that costs less than a request. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { minifyStyle } from './bundle.ts'
import { cspHash, writeAsset } from './output.ts'
import { assetName, sourceFiles } from './sources.ts'

/** Up to here a style stands in the page. A file of its own costs a round trip before the first paint. */
const INLINE_BYTES = 1_000

export interface Style {
  /** `payments/steps.css`; `kit/chart.css` for one that comes with a component of the kit. */
  readonly name: string
  /** Minified. */
  readonly css: string
  /** The address of a style that is a file; undefined for one that is inline. */
  readonly url: string | undefined
  /** What the page's Content-Security-Policy must allow for it: `'self'` or its hash. */
  readonly source: string
}

/** Every style sheet in the folders of the MFEs and of the kit, by name. */
export function buildStyles(root: string, out: string): Map<string, Style> {
  const files = ['fragments', 'kit']
    .flatMap((folder) => sourceFiles(root, folder))
    .filter((file) => file.endsWith('.css'))
  return new Map(files.map((file) => [assetName(file), buildStyle(root, out, file)]))
}

function buildStyle(root: string, out: string, file: string): Style {
  const name = assetName(file)
  const css = minifyStyle(readFileSync(join(root, file), 'utf8'))
  if (css.length <= INLINE_BYTES) return { name, css, url: undefined, source: cspHash(css) }
  return { name, css, url: writeAsset(out, name.replace(/\.css$/, ''), '.css', css), source: "'self'" }
}
