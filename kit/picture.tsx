/** `<Picture>`: one source file, built to AVIF, WebP and a form for every browser, in the widths that screens need. */
import type { ComponentChild } from 'preact'
import { type BuiltPicture, type PictureForm, useAssets } from './assets.ts'

/** A file `*.image.jpg`, `.png` or `.svg`. */
export interface Image {
  readonly source: string
}

/** `image(import.meta, './cloth.image.jpg')`: the build finds the file, the render its addresses. */
export function image(meta: { url: string }, path: `${'.' | '..'}/${string}.image.${'jpg' | 'png' | 'svg'}`): Image {
  return { source: new URL(path, meta.url).href }
}

interface PictureProps {
  of: Image
  /** The same on a dark page, of the same shape. */
  dark?: Image
  /** What it shows, in words; empty for what only decorates. */
  alt: string
  /** How wide it will be, as CSS: `(min-width: 60em) 25rem, 100vw`. */
  sizes: string
  /** `eager` only for what everybody sees first. */
  loading?: 'lazy' | 'eager'
  class?: string
}

/** Its width and height keep its place until it is there, so nothing moves when it comes. */
export function Picture({ of, dark, alt, sizes, loading = 'lazy', class: name }: PictureProps): ComponentChild {
  const assets = useAssets('<Picture>')
  const { width, height, forms } = assets.picture(of.source)
  const plain = forms.at(-1)
  return (
    <picture>
      {dark &&
        better(assets.picture(dark.source)).map((form) => (
          <source
            key={form.type}
            media="(prefers-color-scheme: dark)"
            type={form.type}
            srcset={sourceSet(form)}
            sizes={sizes}
          />
        ))}
      {better({ forms }).map((form) => (
        <source key={form.type} type={form.type} srcset={sourceSet(form)} sizes={sizes} />
      ))}
      <img
        class={name}
        src={plain && middle(plain)}
        srcset={plain && sourceSet(plain)}
        sizes={sizes}
        width={width}
        height={height}
        alt={alt}
        loading={loading}
        decoding="async"
      />
    </picture>
  )
}

/** All forms but the one for every browser. */
function better({ forms }: Pick<BuiltPicture, 'forms'>): readonly PictureForm[] {
  return forms.slice(0, -1)
}

function sourceSet({ files }: PictureForm): string {
  return files.map(({ url, width }) => `${url} ${width}w`).join(', ')
}

/** For browsers that know no `srcset`. */
function middle({ files }: PictureForm): string | undefined {
  return files[Math.floor(files.length / 2)]?.url
}
