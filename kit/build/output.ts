/** Where built files go: `name-HASH.ext` under `/assets/`, which browsers keep for a year. */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { brotliCompressSync, gzipSync, constants as zlib } from 'node:zlib'
import { remember } from '../remember.ts'

/** What is smaller when compressed; pictures and fonts are so already. */
const TEXT = ['.css', '.js', '.json', '.svg', '.txt', '.xml', '.webmanifest']

/** Writes a file, with its compressed forms where they are smaller, which nginx sends as they are. Returns its address. */
export function writeAsset(out: string, name: string, extension: string, content: string | Buffer): string {
  const file = `${name}-${hash(content)}${extension}`
  writeOutput(join(out, file), content)
  return `/assets/${file}`
}

export function writeOutput(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  if (!TEXT.some((extension) => path.endsWith(extension))) return
  writeFileSync(`${path}.br`, compress(content))
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }))
}

export function compress(content: string | Buffer): Buffer {
  const options = { params: { [zlib.BROTLI_PARAM_QUALITY]: 11 } }
  return remember('br', [content], () => brotliCompressSync(content, options))
}

/** Ten characters are enough for names: they tell versions of one file apart. */
export function hash(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 10)
}

/** `'sha256-…'`, as the Content-Security-Policy names what is inline. */
export function cspHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
