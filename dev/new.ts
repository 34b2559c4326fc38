/** `npm run new -- fragment NAME`: a fragment that works, has a test and is on `/_dev` at once. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Script } from 'node:vm'
import { templates } from './templates.ts'

export interface NewFragment {
  readonly mfe: string
  readonly name: string
  /** What it is called in code: `open-offers` → `openOffers`. */
  readonly identifier: string
}

/** What nginx calls other things. */
const TAKEN = ['layout', 'gateway', 'assembly', 'hop', 'inner', 'development']
/** What the new files call other things. */
const USED = ['fragment', 'z', 'test', 'assert', 'openTestDatabase', 'openTestMfe', 'db', 'close', 'ask', 'undefined']

/** Reads `tips`, a new MFE with a fragment of its name, or `payments/summary`, one more of an MFE. Throws with what to write. */
export function readName(text: string | undefined): NewFragment {
  const [, mfe, name = mfe] = /^([a-z][a-z0-9-]{0,30})(?:\/([a-z][a-z0-9-]{0,30}))?$/.exec(text ?? '') ?? []
  if (!mfe || !name) {
    const remedy = 'Write tips for a new folder, or payments/summary for one more in a folder: a-z, 0-9 and -.'
    throw new Error(`${text === undefined ? 'Which fragment?' : `"${text}" is no name.`} ${remedy}`)
  }
  if (TAKEN.includes(mfe)) throw new Error(`"${mfe}" is the name of a part of the platform. Choose another.`)
  const identifier = name.replace(/-+(.?)/g, (_, letter: string) => letter.toUpperCase())
  if (!isIdentifier(identifier)) throw new Error(`"${name}" is a word of JavaScript. Choose another.`)
  if (USED.includes(identifier)) throw new Error(`"${name}" is something else in the new files. Choose another.`)
  return { mfe, name, identifier }
}

/** Writes the files under `root` and returns them. Throws, with nothing written, where something is there already. */
export function createFragment(root: string, created: NewFragment): string[] {
  const { mfe, name, identifier } = created
  const folder = join('fragments', mfe)
  const entry = join(folder, 'fragment.tsx')
  const files: Record<string, string> = {
    [join(folder, `${name}.tsx`)]: templates.fragment(created),
    [join(folder, `${name}.test.ts`)]: templates.test(created),
  }
  const known = [join(folder, `${name}.ts`), ...Object.keys(files)].find((file) => existsSync(join(root, file)))
  if (known) throw new Error(`${known} is there already. Choose another name.`)
  const exported = existsSync(join(root, entry)) ? readFileSync(join(root, entry), 'utf8') : undefined
  if (exported && new RegExp(`\\b${identifier}\\b(?=.*\\bfrom\\b| =)`).test(exported)) {
    throw new Error(`${entry} exports ${identifier} already. Choose another name.`)
  }
  files[entry] = exported === undefined ? templates.entry(created) : addExport(exported, created)
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
  return Object.keys(files)
}

/** In the order of the files' names, where there is one. */
function addExport(text: string, { name, identifier }: NewFragment): string {
  const line = `export { ${identifier} } from './${name}.tsx'`
  const lines = text.trimEnd().split('\n')
  const place = lines.findIndex((other) => (/^export .* from '(.+)'/.exec(other)?.[1] ?? '') > `./${name}.tsx`)
  lines.splice(place < 0 ? lines.length : place, 0, line)
  return `${lines.join('\n')}\n`
}

function isIdentifier(text: string): boolean {
  try {
    new Script(`'use strict'; const ${text} = 0; ({ await: 0 })`)
    return text !== 'await'
  } catch {
    return false
  }
}

function main([kind, name]: readonly string[]): void {
  if (kind !== 'fragment') throw new Error('What is to be new? npm run new -- fragment NAME')
  const created = readName(name)
  const files = createFragment(join(import.meta.dirname, '..'), created)
  console.log(templates.said(created, files))
}

if (import.meta.main) {
  try {
    main(process.argv.slice(2))
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
