/** What browsers, search engines and programs look for at fixed addresses. */
import { join } from 'node:path'
import { writeFiles } from '../layout/files/files.ts'
import type { Run } from '../machine/folder.ts'
import type { Portal } from './portal.ts'

/** Icons, manifest, robots.txt and their like, by address. */
export function writePortalFiles(
  origin: string,
  run: Pick<Run, 'path'>,
  { layouts, mfes, assets }: Portal,
): Promise<Record<string, string>> {
  return writeFiles({
    folder: join(run.path, 'files'),
    origin,
    pages: layouts.map(({ page }) => page),
    endpoints: mfes.flatMap(({ name, endpoints }) => endpoints.map((endpoint) => ({ ...endpoint, mfe: name }))),
    build: assets.build,
  })
}
