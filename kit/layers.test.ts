import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const ROOT = join(import.meta.dirname, '..')
const SERVICES = ['fragments', 'layout', 'gateway']

/** What the sources of a folder may import of the other folders. Types cost nothing at run time, so pages may name them. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  kit: [],
  hub: ['kit'],
  fragments: ['kit', 'hub'],
  layout: ['kit', 'hub'],
  gateway: ['kit', 'hub'],
  machine: [],
  ssl: ['machine'],
  nginx: ['kit', 'machine'],
}

interface Import {
  readonly file: string
  readonly target: string
  readonly typeOnly: boolean
}

test('imports go one way', () => {
  const forbidden = Object.entries(MAY_IMPORT).flatMap(([folder, allowed]) =>
    importsOf(folder)
      .filter(({ target }) => target !== folder && !allowed.includes(target))
      .filter(({ typeOnly }) => !(typeOnly && folder === 'layout'))
      .map(({ file, target }) => `${file} imports ${target}/`),
  )
  assert.equal(forbidden, [])
})

test('no MFE imports another', () => {
  const forbidden = sources('fragments').flatMap((file) => {
    const [, mfe, rest] = relative(ROOT, file).split('/')
    if (!rest) return []
    return imported(file)
      .map(({ path }) => relative(ROOT, path).split('/'))
      .filter(([folder, other]) => folder === 'fragments' && other !== mfe)
      .map((path) => `${relative(ROOT, file)} imports ${path.join('/')}`)
  })
  assert.equal(forbidden, [])
})

test('no folder is named for nothing in particular', () => {
  const names = [...SERVICES, 'kit', 'nginx', 'machine', 'ssl', 'bench'].flatMap((folder) => sources(folder))
  assert.equal(
    names.filter((file) => /\/(utils?|helpers?|common|misc|shared)(\/|\.)/.test(file)),
    [],
  )
})

test('the walk sees imports', () => {
  assert.ok(importsOf('layout').some(({ target, typeOnly }) => target === 'fragments' && typeOnly))
  assert.ok(importsOf('fragments').some(({ target }) => target === 'kit'))
})

function importsOf(folder: string): Import[] {
  return sources(folder).flatMap((file) =>
    imported(file).flatMap(({ path, typeOnly }) => {
      const target = relative(ROOT, path).split('/')[0] ?? ''
      return target === '..' || target === '' ? [] : [{ file: relative(ROOT, file), target, typeOnly }]
    }),
  )
}

/** Static and dynamic imports of our own files; packages are not ours. Tests may use what they test with. */
function imported(file: string): { path: string; typeOnly: boolean }[] {
  const text = readFileSync(file, 'utf8')
  const found = text.matchAll(/^(import|export)\s+(type\s)?[^'"]*?from\s+'([^']+)'|import\('([^']+)'\)/gm)
  return Array.from(found, ([, , type, from, dynamic]) => ({
    name: from ?? dynamic ?? '',
    typeOnly: type !== undefined,
  }))
    .filter(({ name }) => name.startsWith('.') || name.startsWith('#kit'))
    .map(({ name, typeOnly }) => ({
      path: name.startsWith('#kit') ? join(ROOT, 'kit', name.slice('#kit'.length)) : resolve(dirname(file), name),
      typeOnly,
    }))
}

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(
      (file) => /\.tsx?$/.test(file) && !/(^|\/)node_modules\//.test(file) && !/\.(test|fixture)\.tsx?$/.test(file),
    )
    .map((file) => join(ROOT, folder, file))
}

test.run()
