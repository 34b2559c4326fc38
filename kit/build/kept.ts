/** What takes seconds to make, and several files, is made once for all runs: a folder kept with the packages. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

const FOLDER = join(import.meta.dirname, '../../node_modules/.cache/selvedge')

/**
 * The folder that `write` has filled from `source`, now or in an earlier run. `maker` is the file that says how: when it
 * changes, all is made anew. Written aside first, so that what is kept is whole, whoever else makes the same thing and
 * whoever was killed while making it.
 */
export async function keep(
  maker: string,
  source: string | Buffer,
  write: (folder: string) => Promise<void>,
): Promise<string> {
  const digest = createHash('sha256').update(readFileSync(maker)).update(source).digest('hex').slice(0, 16)
  const kept = join(FOLDER, `${basename(maker, '.ts')}-${digest}`)
  if (existsSync(kept)) return kept
  const aside = openAside(kept)
  try {
    await write(aside)
  } catch (error) {
    rmSync(aside, { recursive: true, force: true })
    throw error
  }
  return putInPlace(aside, kept)
}

/** Where nothing may be written, nothing is kept: this run has its own. */
function openAside(kept: string): string {
  try {
    mkdirSync(FOLDER, { recursive: true })
    return mkdtempSync(`${kept}-`)
  } catch {
    return mkdtempSync(join(tmpdir(), 'selvedge-'))
  }
}

function putInPlace(aside: string, kept: string): string {
  try {
    renameSync(aside, kept)
    return kept
  } catch {
    // Another run was faster, with the same bytes.
    if (!existsSync(kept)) return aside
    rmSync(aside, { recursive: true })
    return kept
  }
}
