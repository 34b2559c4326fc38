/** The document around a page of `/_dev`, in the look of the portal. */
import type { ComponentChildren, VNode } from 'preact'
import type { Catalogue } from '../catalogue.ts'

interface ToolPageProps {
  readonly title: string
  readonly catalogue: Catalogue
  readonly generation: number
  readonly children: ComponentChildren
}

export function ToolPage({ title, catalogue: { css, iconUrl }, generation, children }: ToolPageProps): VNode {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} – development`}</title>
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href={iconUrl} type="image/svg+xml" />
        <style dangerouslySetInnerHTML={{ __html: css }} />
        <link rel="stylesheet" href="/_dev/style.css" />
        <script type="module" src={`/_dev/client.js?${generation}`} />
      </head>
      <body>
        <a class="vh" href="#main">
          Skip to the content
        </a>
        <header class="top">
          <a class="mark" href="/_dev">
            In development
          </a>
          <nav aria-label="Main">
            <a href="/_dev" aria-current={title === 'Fragments' ? 'page' : 'true'}>
              Fragments
            </a>
            <a href="/">The portal</a>
          </nav>
        </header>
        <main id="main" tabIndex={-1}>
          {children}
        </main>
      </body>
    </html>
  )
}
