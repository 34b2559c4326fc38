/** The HTML document around every page: head, header, navigation, footer. */
import type { ComponentChildren } from 'preact'
import { Include } from '#kit'
import type { Assets } from '#kit/build.ts'
import type { Access } from '#kit/context.ts'
import type { account } from '../fragments/auth/fragment.tsx'

export interface DocumentProps {
  readonly title: string
  readonly description?: string | undefined
  /** Which navigation to show. Static: the same for everybody who may see the page. */
  readonly access: Access
  /** The page's route, to mark the place in the navigation. */
  readonly route: string
  readonly assets: Pick<Assets, 'css' | 'loader' | 'iconUrl'>
  /** Error pages are static files: nobody is known there. */
  readonly known?: boolean
  readonly children: ComponentChildren
}

const NAVIGATION = {
  public: [
    ['/rates', 'Rates'],
    ['/help', 'Help'],
  ],
  customer: [
    ['/dashboard', 'Overview'],
    ['/payments', 'Payments'],
    ['/rates', 'Rates'],
  ],
  staff: [['/rates', 'Rates']],
} as const

export function Document({ title, description, access, route, assets, known = true, children }: DocumentProps) {
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
        <link rel="icon" href={assets.iconUrl} type="image/svg+xml" />
        <style dangerouslySetInnerHTML={{ __html: assets.css }} />
        <script dangerouslySetInnerHTML={{ __html: assets.loader }} />
      </head>
      <body>
        <a class="vh" href="#main">
          Skip to the content
        </a>
        <header class="top">
          <a class="mark" href={access === 'customer' ? '/dashboard' : '/'}>
            <Mark />
            Selvedge
          </a>
          <nav aria-label="Main">
            {NAVIGATION[access].map(([href, name]) => (
              <a key={href} href={href} aria-current={placeOf(href, route)}>
                {name}
              </a>
            ))}
          </nav>
          {known ? <Include<typeof account> src="/_/auth/account" /> : <Somebody />}
        </header>
        <main id="main" tabIndex={-1}>
          {children}
        </main>
        <footer>
          <p>Selvedge is a demonstration bank. It moves no real money.</p>
          <a href="/help">Help</a>
          <a href="/help#security">Security</a>
          <a href="/help#privacy">Privacy</a>
        </footer>
      </body>
    </html>
  )
}

function placeOf(href: string, route: string): 'page' | 'true' | undefined {
  if (route === href) return 'page'
  return route.startsWith(`${href}/`) ? 'true' : undefined
}

/** Right for everybody: who is signed out is asked to sign in there. */
function Somebody() {
  return (
    <div class="account">
      <a href="/dashboard">Your account</a>
    </div>
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
