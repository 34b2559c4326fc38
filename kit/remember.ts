/** What is slow to make and depends on nothing but its source is made once, and kept with the packages for later runs. */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = join(import.meta.dirname, '../node_modules/.cache/selvedge')

/** `from` is all that the result depends on: sources, options, versions of tools. */
export function remember(kind: string, from: readonly (string | Buffer)[], make: () => string | Buffer): Buffer {
  const digest = createHash('sha256')
  for (const part of from) digest.update(String(part.length)).update(part)
  const file = join(FOLDER, `${kind}-${digest.digest('hex').slice(0, 32)}`)
  try {
    return readFileSync(file)
  } catch {
    const made = Buffer.from(make())
    keep(file, made)
    return made
  }
}

/** Renamed into place: other processes make the same now. Where nothing may be written, nothing is kept. */
function keep(file: string, content: Buffer): void {
  try {
    mkdirSync(FOLDER, { recursive: true })
    writeFileSync(`${file}.${process.pid}`, content)
    renameSync(`${file}.${process.pid}`, file)
  } catch {
    // read-only, or full: it is made again the next time
  }
}
