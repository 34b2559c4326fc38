/** Where a failure is, for a terminal and a page: fragment, file, line, and the lines around it. */
import { existsSync, readFileSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Report {
  /** One line: `TypeError: Cannot read properties of undefined (reading 'map')` */
  readonly message: string
  /** `/_/payments/recent`, or `fragments/payments` where it is not known which. */
  readonly fragment: string | undefined
  readonly place: Place | undefined
  /** Numbered lines of the source, the failing one marked; empty where the place is not known. */
  readonly frame: string
}

export interface Place {
  /** From the repository's root: `fragments/payments/recent.tsx` */
  readonly file: string
  readonly line: number
  /** From 1. */
  readonly column: number
}

const ROOT = join(import.meta.dirname, '..')
/** What carries others' mistakes: a place in there is not where they were made. */
const CARRIERS = /^(kit|platform|dev|node_modules)\//

export function describeFailure(error: unknown, fragment?: string): Report {
  const place = findPlace(error)
  return {
    message: messageOf(error),
    fragment: fragment ?? (place && fragmentAt(place)),
    place,
    frame: place ? codeFrame(place) : '',
  }
}

/** `fragments/payments/recent.tsx:17:5`, an address that editors and terminals open. */
export function sayPlace({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`
}

/** For the terminal. */
export function sayReport({ message, fragment, place, frame }: Report): string {
  const where = [fragment, place && sayPlace(place)].filter(Boolean).join('  ')
  return ['', where, message, frame].filter((line, index) => index === 0 || line).join('\n')
}

function messageOf(error: unknown): string {
  const [first, ...others] = esbuildMessages(error)
  if (first) return others.length ? `${first.text} (and ${others.length} more)` : first.text
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? ` Because: ${error.cause.message}` : ''
  return `${error.name === 'Error' ? '' : `${error.name}: `}${error.message}${cause}`
}

function findPlace(error: unknown): Place | undefined {
  const location = esbuildMessages(error)[0]?.location
  if (location) return ours({ file: resolve(ROOT, location.file), line: location.line, column: location.column + 1 })
  if (!(error instanceof Error)) return undefined
  const own = findImport(error) ?? findSyntax(error) ?? findInStack(error)
  return own ?? (error.cause === undefined ? undefined : findPlace(error.cause))
}

interface EsbuildMessage {
  readonly text: string
  readonly location?: { readonly file: string; readonly line: number; readonly column: number }
}

function esbuildMessages(error: unknown): readonly EsbuildMessage[] {
  if (!(error instanceof Error) || !('errors' in error) || !Array.isArray(error.errors)) return []
  return error.errors.filter((entry): entry is EsbuildMessage => typeof entry?.text === 'string')
}

/** Node.js says which file imports what is not there, but not in which line as it was written. */
function findImport({ message, stack = '' }: Error): Place | undefined {
  const [, missing, importer] = /^Cannot find (?:module|package) '([^']+)' imported from (\S+)/.exec(message) ?? []
  if (missing && importer) return lineWith(importer, basename(missing))
  const [, module, name] = /requested module '([^']+)' does not provide an export named '([^']+)'/.exec(message) ?? []
  const [, file] = /^(file:\/\/\S+?):\d+$/m.exec(stack) ?? []
  return module && name && file ? (lineWith(fileURLToPath(file), module) ?? undefined) : undefined
}

function lineWith(file: string, text: string): Place | undefined {
  if (!existsSync(file)) return undefined
  const lines = readFileSync(file, 'utf8').split('\n')
  const index = lines.findIndex((line) => line.includes(text))
  return ours({ file, line: Math.max(1, index + 1), column: Math.max(1, (lines[index]?.indexOf(text) ?? 0) + 1) })
}

/** A file that cannot be parsed: its stack begins with the place, the line and a caret below it. */
function findSyntax({ stack = '' }: Error): Place | undefined {
  const [, file, line, caret = ''] = /^(file:\/\/\S+|\/\S+):(\d+)\n(?:.*\n)+?( *)\^/.exec(stack) ?? []
  return file ? ours({ file: pathOf(file), line: Number(line), column: caret.length + 1 }) : undefined
}

function findInStack({ name, stack = '' }: Error): Place | undefined {
  const calls = stack.matchAll(/^\s+at (?:.*\()?(?:async )?(file:\/\/[^\s()]+|\/[^\s()]+):(\d+):(\d+)\)?$/gm)
  const places = Array.from(calls, ([, file = '', line, column]) =>
    ours({ file: pathOf(file), line: Number(line), column: Number(column) }),
  ).filter((place) => place !== undefined)
  const made = places.find(({ file }) => !CARRIERS.test(file))
  // Where a definition is refused says nothing: its message names it.
  if (made || name === 'DefinitionError') return made
  return places.find(({ file }) => !file.startsWith('node_modules/'))
}

function pathOf(file: string): string {
  return file.startsWith('file:') ? fileURLToPath(file) : file
}

/** A place in our own sources, from the root. */
function ours({ file, line, column }: Place): Place | undefined {
  const path = relative(ROOT, file)
  return path.startsWith('..') || !existsSync(file) ? undefined : { file: path, line, column }
}

/** The fragment whose definition stands above the line, or the folder of its MFE. */
function fragmentAt({ file, line }: Place): string | undefined {
  const [, mfe] = /^fragments\/([^/]+)\//.exec(file) ?? []
  if (!mfe) return undefined
  const above = readFileSync(join(ROOT, file), 'utf8').split('\n').slice(0, line).join('\n')
  const routes = Array.from(above.matchAll(/\bfragment\(\s*['"](\/_\/[^'"]+)['"]/g), ([, route]) => route)
  return routes.at(-1) ?? `fragments/${mfe}`
}

function codeFrame({ file, line, column }: Place): string {
  const lines = readFileSync(join(ROOT, file), 'utf8').split('\n')
  const first = Math.max(1, line - 2)
  const shown = lines.slice(first - 1, line + 2)
  const width = String(first + shown.length).length
  return shown
    .flatMap((text, index) => {
      const number = first + index
      const gutter = `${number === line ? '>' : ' '} ${String(number).padStart(width)} | `
      const caret = `${' '.repeat(width + 3)}| ${' '.repeat(Math.max(0, column - 1))}^`
      return number === line ? [gutter + text, caret] : [gutter + text]
    })
    .join('\n')
}
