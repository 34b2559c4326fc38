/** What a build makes addresses for: islands, static files and pictures. Found by the file that names them. */
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'

/** Source files, as `file:` URLs → what browsers load. */
export interface AssetUrls {
  islandUrl(source: string): string
  fileUrl(source: string): string
  picture(source: string): BuiltPicture
}

/** One picture in all its forms and widths. */
export interface BuiltPicture {
  /** Pixels of the largest form: they give the picture its place before it is there. */
  readonly width: number
  readonly height: number
  /** Best first; the last is the one that every browser knows. */
  readonly forms: readonly PictureForm[]
}

export interface PictureForm {
  /** `image/avif` */
  readonly type: string
  /** By width, smallest first. */
  readonly files: readonly { readonly url: string; readonly width: number }[]
}

export const AssetContext = createContext<AssetUrls | undefined>(undefined)

/** The addresses of the build that renders. `what` names who asks, for the message. */
export function useAssets(what: string): AssetUrls {
  const assets = useContext(AssetContext)
  if (!assets) throw new Error(`${what} outside of render(): its files have no address.`)
  return assets
}

/** `useAsset(import.meta, './assets/terms.pdf')` → `/assets/payments/terms-1f….pdf`. */
export function useAsset(meta: { url: string }, path: `./assets/${string}`): string {
  return useAssets(`useAsset("${path}")`).fileUrl(new URL(path, meta.url).href)
}
