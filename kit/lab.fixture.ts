/** A repository written by a test, built as the portal is. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Assets, buildAssets } from './build.ts'
import type { IslandComponent } from './island.tsx'

const ROOT = join(import.meta.dirname, '..')

export interface Lab {
  /** A repository with nothing but the given files, our kit and our packages. */
  readonly root: string
  readonly out: string
  build(): Promise<Assets>
  load<P>(file: string): Promise<IslandComponent<P>>
  close(): void
}

/** Writes a repository of `files`, by path. */
export function openLab(files: Readonly<Record<string, string | Buffer>>): Lab {
  const root = mkdtempSync(join(tmpdir(), 'sv-lab-'))
  const out = join(root, 'out')
  for (const name of ['package.json', 'package-lock.json']) cpSync(join(ROOT, name), join(root, name))
  for (const name of ['node_modules', 'kit']) symlinkSync(join(ROOT, name), join(root, name))
  for (const [path, text] of Object.entries({ 'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>', ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return {
    root,
    out,
    build: () => buildAssets({ root, out, styles: [], icon: join(root, 'icon.svg') }),
    load: async (file) => (await import(pathToFileURL(join(root, file)).href)).default,
    close: () => rmSync(root, { recursive: true, force: true }),
  }
}
