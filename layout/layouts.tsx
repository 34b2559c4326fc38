/** Renders every page once: its HTML with a directive at each include, whole or in the two parts around a fragment. */
import type { BuiltAssets } from '#kit/build/manifest.ts'
import { type IncludeCall, ssiInclude } from '#kit/include.tsx'
import type { Page } from '#kit/page.ts'
import { compose, type Rendered, render } from '#kit/render.tsx'
import { pageStyles, type Style, type StyledFragment } from '#kit/styles.ts'
import { Document } from './document.tsx'

export interface Layout {
  readonly page: Page
  readonly includes: readonly IncludeCall[]
  /** The style sheets of its fragments, each once. */
  readonly styles: readonly Style[]
  /** The page with all its includes. */
  whole(): string
  /** What stands before the fragment that answers for the page. Undefined when the page does not include it. */
  top(fragment: string, problem: boolean): string | undefined
  bottom(fragment: string): string | undefined
  /** The page with the fragment's fallback in its place: the fragment was to answer for the page, and did not. */
  failed(fragment: string): string | undefined
}

export function createLayout(page: Page, assets: BuiltAssets, fragments: readonly StyledFragment[]): Layout {
  // The head is written before the includes are known, so they are found by a render of their own.
  const { includes } = renderDocument(page, page.title, assets, [])
  const styles = pageStyles(
    includes.map(({ src }) => src),
    fragments,
    assets.styles,
  )
  const good = renderDocument(page, page.title, assets, styles)
  const bad = renderDocument(page, `Error: ${page.title}`, assets, styles)
  const top = (fragment: string, problem: boolean) => partOf(problem ? bad : good, fragment, 'before')
  const bottom = (fragment: string) => partOf(good, fragment, 'after')
  return {
    page,
    includes,
    styles,
    whole: () => DOCTYPE + compose(good),
    top: (fragment, problem) => prefix(DOCTYPE, top(fragment, problem)),
    bottom,
    failed(fragment) {
      const before = top(fragment, true)
      if (before === undefined) return undefined
      return DOCTYPE + before + ssiInclude(fragment.replace(/^\/_\//, '/_fallback/')) + bottom(fragment)
    },
  }
}

const DOCTYPE = '<!doctype html>'

function renderDocument(page: Page, title: string, assets: BuiltAssets, styles: readonly Style[]): Rendered {
  const { access, id, description } = page
  return render(
    <Document title={title} description={description} access={access} place={id} assets={assets} styles={styles}>
      {page.render()}
    </Document>,
    assets,
  )
}

function partOf({ parts, includes }: Rendered, fragment: string, side: 'before' | 'after'): string | undefined {
  const index = includes.findIndex(({ src }) => src === fragment)
  if (index < 0) return undefined
  return side === 'before'
    ? compose({ parts: parts.slice(0, index + 1), includes: includes.slice(0, index) })
    : compose({ parts: parts.slice(index + 1), includes: includes.slice(index + 1) })
}

function prefix(start: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : start + text
}
