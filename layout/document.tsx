/** The HTML document around every page: head, header, navigation, footer. */
import type { ComponentChildren } from 'preact'
import { Include } from '#kit'
import type { Assets } from '#kit/build.ts'
import type { Access } from '#kit/context.ts'
import type { Style } from '#kit/styles.ts'
import type { bar } from '../fragments/header/fragment.tsx'
import type { bell } from '../fragments/notifications/fragment.tsx'

export interface DocumentProps {
  readonly title: string
  readonly description?: string | undefined
  /** Who may see the page. */
  readonly access: Access
  /** The page's id, to mark the place in the navigation. Error pages have none: static files, nobody is known there. */
  readonly place?: string
  readonly assets: Pick<Assets, 'css' | 'loader' | 'iconUrl'> & {
    /** The address of one more script: `npm run dev` adds its own. */
    readonly script?: string
  }
  /** What the fragments of the page need beyond the base style. */
  readonly styles?: readonly Style[]
  readonly children: ComponentChildren
}

/** Where the mark leads: the overview of whom the page is for. */
const OVERVIEW = { public: '/', customer: '/dashboard', staff: '/admin' } as const satisfies Record<Access, string>

export function Document({ title, description, access, place, assets, styles = [], children }: DocumentProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title === 'Selvedge' ? title : `${title} – Selvedge`}</title>
        {description && <meta name="description" content={description} />}
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" content="#f9fafc" media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content="#10131f" media="(prefers-color-scheme: dark)" />
        <link rel="icon" href="/favicon.ico" sizes="32x32" />
        <link rel="icon" href={assets.iconUrl} type="image/svg+xml" />
        <link rel="apple-touch-icon" href="/apple-touch-icon.png" />
        <link rel="manifest" href="/manifest.webmanifest" />
        <style dangerouslySetInnerHTML={{ __html: assets.css }} />
        {styles.map(({ name, css, url }) =>
          url ? (
            <link key={name} rel="stylesheet" href={url} />
          ) : (
            <style key={name} dangerouslySetInnerHTML={{ __html: css }} />
          ),
        )}
        <script dangerouslySetInnerHTML={{ __html: assets.loader }} />
        {assets.script && <script type="module" src={assets.script} />}
      </head>
      <body>
        <a class="vh" href="#main">
          Skip to the content
        </a>
        <header class="top">
          <a class="mark" href={OVERVIEW[access]}>
            <Mark />
            Selvedge
          </a>
          {place === undefined ? (
            <StaticBar />
          ) : (
            <>
              <Include<typeof bar> src="/_/header/bar" place={place} />
              <Include<typeof bell> src="/_/notifications/bell" place={place} />
            </>
          )}
        </header>
        <main id="main" tabIndex={-1}>
          {children}
        </main>
        <footer>
          <p>Selvedge is a demonstration bank. It moves no real money.</p>
          <a href="/help">Help</a>
          <a href="/help/security">Security</a>
          <a href="/help/privacy">Privacy</a>
        </footer>
      </body>
    </html>
  )
}

/** Right for everybody: who is signed out is asked to sign in at the last one. */
function StaticBar() {
  return (
    <nav aria-label="Main">
      <a href="/rates">Rates</a>
      <a href="/help">Help</a>
      <a href="/dashboard">Your account</a>
    </nav>
  )
}

/** The edge of a woven cloth: threads that turn back and hold. */
function Mark() {
  return (
    <svg viewBox="0 0 24 24" fill="currentColor" aria-hidden="true">
      <path d="M1 1h4v3H1zm8 0h14v3H9zM5 4h4v3H5zM1 7h4v3H1zm8 0h14v3H9zm-4 3h4v3H5zm-4 3h4v3H1zm8 0h14v3H9zm-4 3h4v3H5zm-4 3h4v3H1zm8 0h14v3H9z" />
    </svg>
  )
}
