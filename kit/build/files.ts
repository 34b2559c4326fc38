/** Static files: what is in a folder `assets` of an MFE, or of the layout, is served as it is. */
import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { writeAsset } from './output.ts'
import { assetName, sourceFiles } from './sources.ts'

/** Addresses by source. `fragments/payments/assets/terms.pdf` → `/assets/payments/terms-1f….pdf`. */
export function buildFiles(root: string, out: string): Map<string, string> {
  const files = ['fragments', 'layout'].flatMap((folder) =>
    sourceFiles(root, folder).filter((file) => file.includes('/assets/')),
  )
  return new Map(
    files.map((file) => {
      const extension = extname(file)
      const name = assetName(file)
        .replace('/assets/', '/')
        .slice(0, -extension.length || undefined)
      return [pathToFileURL(join(root, file)).href, writeAsset(out, name, extension, readFileSync(join(root, file)))]
    }),
  )
}
