/** Pictures from their sources: `*.image.jpg`, `.png` or `.svg` to AVIF, WebP and a form that every browser knows. */
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import type { Metadata, Sharp, SharpConstructor } from 'sharp'
import type { BuiltPicture } from '../assets.ts'
import { DefinitionError } from '../errors.ts'
import { keep } from './kept.ts'
import { type AssetWeight, BUDGETS } from './ledger.ts'
import { hash } from './output.ts'
import { assetName, sourceFiles } from './sources.ts'

const IMAGE = /\.image\.(?:jpg|png|svg)$/
/** CSS pixels of a telephone to those of a wide column on a dense screen; none is wider than its source. */
const WIDTHS = [320, 480, 640, 960, 1280]

export interface PictureSource {
  /** Under the repository. */
  readonly file: string
  readonly picture: BuiltPicture
  /** Of the widest form that a current browser takes. */
  readonly weight: AssetWeight
}

/** Builds all pictures. Encoding takes seconds, and is done once for each source. */
export async function buildPictures(root: string, out: string): Promise<PictureSource[]> {
  const files = ['fragments', 'layout', 'kit']
    .flatMap((folder) => sourceFiles(root, folder))
    .filter((file) => IMAGE.test(file))
  const built: PictureSource[] = []
  // One after the other: sharp uses all processors for each.
  for (const file of files) {
    const picture = await buildPicture(root, out, file)
    built.push({ file, picture, weight: weighPicture(file, picture, out) })
  }
  return built
}

async function buildPicture(root: string, out: string, file: string): Promise<BuiltPicture> {
  const source = readFileSync(join(root, file))
  const kept = await keep(import.meta.filename, source, (folder) => encode(source, file, folder))
  const { width, height, hash, forms }: Encoded = JSON.parse(readFileSync(join(kept, 'picture.json'), 'utf8'))
  const base = `${assetName(file).replace(IMAGE, '')}-${hash}`
  mkdirSync(dirname(join(out, base)), { recursive: true })
  const publish = (width: number, extension: string) => {
    copyFileSync(join(kept, `${width}.${extension}`), join(out, `${base}-${width}.${extension}`))
    return { url: `/assets/${base}-${width}.${extension}`, width }
  }
  return {
    width,
    height,
    forms: forms.map(({ type, extension, widths }) => ({
      type,
      files: widths.map((width) => publish(width, extension)),
    })),
  }
}

/** What is kept beside the files `320.avif` and so on. */
interface Encoded {
  readonly width: number
  readonly height: number
  /** Of all bytes: one for all files, so that their names compress well in a page. */
  readonly hash: string
  readonly forms: readonly { readonly type: string; readonly extension: string; readonly widths: readonly number[] }[]
}

async function encode(source: Buffer, file: string, folder: string): Promise<void> {
  // Loaded only where something is encoded: most starts need none of it.
  const { default: sharp } = await import('sharp')
  const { image, width, height, alpha } = await open(sharp, source, file)
  const widths = widthsFor(width)
  const forms = formsFor(alpha)
  const all: Buffer[] = []
  for (const { extension, budget, write } of forms) {
    for (const width of widths) {
      const name = `${width}.${extension}`
      const bytes = await write(image.clone().resize({ width })).toBuffer()
      if (bytes.length > budget) throw tooHeavy(file, name, bytes.length, budget)
      writeFileSync(join(folder, name), bytes)
      all.push(bytes)
    }
  }
  const widest = Math.max(...widths)
  const encoded: Encoded = {
    width: widest,
    height: Math.round((height * widest) / width),
    hash: hash(Buffer.concat(all)),
    forms: forms.map(({ type, extension }) => ({ type, extension, widths })),
  }
  writeFileSync(join(folder, 'picture.json'), JSON.stringify(encoded))
}

interface Opened {
  readonly image: Sharp
  readonly width: number
  readonly height: number
  readonly alpha: boolean
}

/** A drawing has no pixels of its own: it is drawn as wide as the widest form. */
async function open(sharp: SharpConstructor, source: Buffer, file: string): Promise<Opened> {
  const drawn = extname(file) === '.svg'
  const { width: given, density: dots = 72 } = await read(sharp(source), file)
  const density = drawn ? Math.min(100_000, (dots * Math.max(...WIDTHS)) / given) : undefined
  const image = density ? sharp(source, { density }) : sharp(source).autoOrient()
  const { width, height, hasAlpha } = await read(image, file)
  return { image, width, height, alpha: hasAlpha }
}

async function read(image: Sharp, file: string): Promise<Metadata> {
  try {
    return await image.metadata()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new DefinitionError(file, `no picture that can be read (${reason})`, 'Save it anew as JPEG, PNG or SVG.')
  }
}

function widthsFor(width: number): number[] {
  const fitting = WIDTHS.filter((wanted) => wanted <= width)
  return fitting.length ? fitting : [width]
}

/** Best first. What is transparent cannot be JPEG. */
function formsFor(alpha: boolean) {
  const plain = alpha
    ? { type: 'image/png', extension: 'png', write: (image: Sharp) => image.png({ palette: true, effort: 10 }) }
    : { type: 'image/jpeg', extension: 'jpg', write: (image: Sharp) => image.jpeg({ quality: 72, mozjpeg: true }) }
  return [
    {
      type: 'image/avif',
      extension: 'avif',
      budget: BUDGETS.picture,
      write: (image: Sharp) => image.avif({ quality: 45, effort: 3 }),
    },
    {
      type: 'image/webp',
      extension: 'webp',
      budget: BUDGETS.picture,
      write: (image: Sharp) => image.webp({ quality: 66, effort: 4 }),
    },
    { ...plain, budget: BUDGETS.plainPicture },
  ]
}

function tooHeavy(file: string, name: string, size: number, budget: number): DefinitionError {
  const what = `as ${name} it weighs ${size.toLocaleString('en')} B, and its budget is ${budget.toLocaleString('en')} B`
  return new DefinitionError(file, what, 'Take a calmer picture, or a smaller one: none is made wider than its source.')
}

function weighPicture(file: string, { forms }: BuiltPicture, out: string): AssetWeight {
  const widest = forms[0]?.files.at(-1)
  const bytes = widest ? statSync(join(out, widest.url.replace('/assets/', ''))).size : 0
  return {
    name: `picture ${assetName(file).replace(IMAGE, '')}, AVIF, ${widest?.width} px`,
    bytes,
    brotli: bytes,
    budget: BUDGETS.picture,
  }
}
