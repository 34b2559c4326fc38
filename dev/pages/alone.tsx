/** A fragment by itself, with the design's style and its islands: what the frames of `/_dev` show. */
import type { VNode } from 'preact'
import type { Catalogue, CatalogueEntry } from '../catalogue.ts'

interface AloneProps {
  readonly catalogue: Catalogue
  readonly entry: CatalogueEntry
  readonly status: number
  readonly html: string
}

export function Alone({ catalogue: { css, loader }, entry: { route, styles }, status, html }: AloneProps): VNode {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{route}</title>
        <meta name="color-scheme" content="light dark" />
        <style dangerouslySetInnerHTML={{ __html: css }} />
        {styles.map((style) =>
          style.url ? (
            <link key={style.name} rel="stylesheet" href={style.url} />
          ) : (
            <style key={style.name} dangerouslySetInnerHTML={{ __html: style.css }} />
          ),
        )}
        <script dangerouslySetInnerHTML={{ __html: loader }} />
        {/* Its links and forms are meant for a page. */}
        <base target="_top" />
      </head>
      <body>{html ? <div dangerouslySetInnerHTML={{ __html: html }} /> : <Nothing status={status} />}</body>
    </html>
  )
}

function Nothing({ status }: { status: number }): VNode {
  const words = status === 204 ? 'It shows nothing (204).' : 'The answer broke off before it began.'
  return <p>{words}</p>
}
