/**
 * Teaches Node.js to load `.tsx`: `node --import ./kit/tsx.ts start.ts`.
 * Node 24 strips types from `.ts` itself; JSX is the one thing left to compile.
 */
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { type TransformOptions, transformSync, version } from 'esbuild'
import { remember } from './remember.ts'

registerHooks({
  load(url, context, nextLoad) {
    if (!url.endsWith('.tsx')) return nextLoad(url, context)
    return { format: 'module', source: compile(fileURLToPath(url)), shortCircuit: true }
  },
})

process.setSourceMapsEnabled(true)

/** To compile one file starts a process: all of them together take most of a second. */
function compile(path: string): string {
  const source = readFileSync(path, 'utf8')
  const options: TransformOptions = {
    loader: 'tsx',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    sourcefile: path,
    sourcemap: 'inline',
    target: 'node24',
  }
  const from = [version, JSON.stringify(options), source]
  return remember('tsx', from, () => transformSync(source, options).code).toString()
}
