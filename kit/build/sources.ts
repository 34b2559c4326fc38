/** The files that a build is made of. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** Folders with what ends up in HTML or in browsers. */
const FOLDERS = ['kit', 'hub', 'layout', 'fragments', 'gateway']

/** Paths under `root` of a folder's files, in an order that is always the same; tests are none of them. */
export function sourceFiles(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(test|fixture)\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort()
}

/** `fragments/payments/filter` → `payments/filter`; what kit and layout bring keeps their name. */
export function assetName(path: string): string {
  return path.replace(/^fragments\//, '')
}

/** Names the build in cache keys and page versions: the same sources, the same name. */
export function hashSources(root: string): string {
  const digest = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')))
  for (const folder of FOLDERS) {
    for (const file of sourceFiles(root, folder)) digest.update(file).update(readFileSync(join(root, file)))
  }
  return digest.digest('base64url').slice(0, 12).replace(/[-_]/g, '0')
}
