/** The mark as files, for whoever does not take the SVG: old browsers, home screens, installed apps. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { keep } from '#kit/build/kept.ts'

const MARK = join(import.meta.dirname, '../design/icon.svg')
/** As in `tokens.css`: --accent and --paper in the light. */
const ACCENT = '#237'
const PAPER = '#f9fafc'

interface Drawing {
  readonly size: number
  readonly ink: string
  readonly ground?: string
  /** The part of the icon that the mark takes, from side to side. */
  readonly share: number
}

/** A home screen cuts corners off, and a maskable icon may lose all but its middle 80 %. */
const DRAWINGS: Readonly<Record<string, Drawing>> = {
  'apple-touch-icon.png': { size: 180, ink: ACCENT, ground: PAPER, share: 0.66 },
  'icon-192.png': { size: 192, ink: ACCENT, share: 1 },
  'icon-512.png': { size: 512, ink: ACCENT, share: 1 },
  'icon-maskable-512.png': { size: 512, ink: PAPER, ground: ACCENT, share: 0.5 },
}
const FAVICON_SIZES = [16, 32, 48]

export const ICON_NAMES: readonly string[] = ['favicon.ico', ...Object.keys(DRAWINGS)]

/** Draws all icons. Returns the folder they are in. */
export function buildIcons(): Promise<string> {
  const mark = readFileSync(MARK, 'utf8')
  return keep(import.meta.filename, mark, async (folder) => {
    for (const [name, drawing] of Object.entries(DRAWINGS)) {
      writeFileSync(join(folder, name), await draw(mark, drawing))
    }
    const favicons = FAVICON_SIZES.map((size) => draw(mark, { size, ink: ACCENT, share: 1 }))
    writeFileSync(join(folder, 'favicon.ico'), packIcons(await Promise.all(favicons)))
  })
}

async function draw(mark: string, { size, ink, ground, share }: Drawing): Promise<Buffer> {
  const { default: sharp } = await import('sharp')
  const [, path = ''] = /<path d="([^"]+)"/.exec(mark) ?? []
  const [scale, margin] = [share, (24 * (1 - share)) / 2]
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 24 24">
${ground ? `<path fill="${ground}" d="M0 0h24v24H0z"/>` : ''}
<path fill="${ink}" transform="translate(${margin} ${margin}) scale(${scale})" d="${path}"/></svg>`
  return sharp(Buffer.from(svg)).png({ palette: true }).toBuffer()
}

/** An ICO file: a header, 16 bytes for each picture, then the pictures, as PNG. */
function packIcons(pictures: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(6 + 16 * pictures.length)
  header.writeUInt16LE(1, 2) // an icon, not a cursor
  header.writeUInt16LE(pictures.length, 4)
  let offset = header.length
  for (const [index, picture] of pictures.entries()) {
    const at = 6 + 16 * index
    // Where a PNG says its width and height.
    header.writeUInt8(picture.readUInt32BE(16), at)
    header.writeUInt8(picture.readUInt32BE(20), at + 1)
    header.writeUInt16LE(1, at + 4) // planes
    header.writeUInt16LE(32, at + 6) // bits of a pixel
    header.writeUInt32LE(picture.length, at + 8)
    header.writeUInt32LE(offset, at + 12)
    offset += picture.length
  }
  return Buffer.concat([header, ...pictures])
}
