/** What was built, as plain data: processes that share a build are given it as a file. */
import type { AssetUrls, BuiltPicture } from '../assets.ts'
import type { Style } from './styles.ts'

export interface Manifest {
  /** Hash of all sources: names the build in cache keys and page versions. */
  readonly build: string
  /** The base style sheet, inline on every page. */
  readonly css: string
  readonly loader: string
  /** `'sha256-…'` of the base style and the loader, for the Content-Security-Policy. */
  readonly styleHash: string
  readonly scriptHash: string
  readonly preactUrl: string
  readonly iconUrl: string
  readonly styles: readonly Style[]
  /** By source file, as `file:` URLs. */
  readonly islands: Readonly<Record<string, string>>
  readonly files: Readonly<Record<string, string>>
  readonly pictures: Readonly<Record<string, BuiltPicture>>
}

/** A build as those who render with it have it. */
export interface BuiltAssets extends Omit<Manifest, 'styles' | 'islands' | 'files' | 'pictures'>, AssetUrls {
  /** Style sheets of fragments, by `<mfe>/<file>`. */
  readonly styles: ReadonlyMap<string, Style>
}

export function openManifest({ styles, islands, files, pictures, ...rest }: Manifest): BuiltAssets {
  return {
    ...rest,
    styles: new Map(styles.map((style) => [style.name, style])),
    islandUrl: (source) => find(islands, source, 'island', 'Name it *.island.tsx, in an MFE’s folder or in kit.'),
    fileUrl: (source) => find(files, source, 'file', 'Put it into a folder "assets" of an MFE or of the layout.'),
    picture: (source) => find(pictures, source, 'picture', 'Name it *.image.png, *.image.jpg or *.image.svg.'),
  }
}

function find<T>(built: Readonly<Record<string, T>>, source: string, kind: string, remedy: string): T {
  const found = built[source]
  if (found) return found
  throw new Error(`${source} is no ${kind} that was built. ${remedy}`)
}
