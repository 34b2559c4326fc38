/** esbuild, as browsers need it: one file, minified, for the oldest engines that we promise. */
import { join } from 'node:path'
import { build, type Plugin, transformSync, version } from 'esbuild'
import { remember } from '../remember.ts'

/** Polyfill-free floor of Preact 11, and of what the style sheets use. */
const TARGET = ['chrome80', 'firefox78', 'safari13.1']

/** Where relative imports of a bundle's first lines begin. */
export const BROWSER = join(import.meta.dirname, '../browser')

/** Bundles `contents`, TypeScript that stands in `kit/browser`. */
export async function bundle(contents: string, format: 'esm' | 'iife', plugins: Plugin[] = []): Promise<string> {
  const result = await build({
    stdin: { contents, resolveDir: BROWSER, loader: 'ts' },
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
  return result.outputFiles[0]?.text.trim() ?? ''
}

export function minifyStyle(css: string): string {
  const options = { loader: 'css', minify: true, target: TARGET } as const
  const from = [version, JSON.stringify(options), css]
  return remember('css', from, () => transformSync(css, options).code.trim()).toString()
}
