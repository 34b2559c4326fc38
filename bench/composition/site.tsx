/** The bench's site in our own terms: fragments, pages, and the layouts around them. Inert data. */
import type { VNode } from 'preact'
import { fragment, Include, page, z } from '#kit'
import { NO_ASSETS } from '#kit/assets.fixture.ts'
import type { Slot } from '#kit/include.tsx'
import type { Page } from '#kit/page.ts'
import { compose, render } from '#kit/render.tsx'
import { describeSite, type Site } from '#kit/site.ts'
import type { Layout } from '../../layout/layouts.tsx'
import { AFTER, BEFORE, Card, Fallback } from './card.tsx'
import { type BenchPage, SLOW, type Source, TIMEOUT } from './pages.ts'

const n = z.coerce.number().int().min(1).max(99)
/** Makes an address new: `fresh` that of a fragment, `visit` that of the page. Nothing that is rendered depends on them. */
const fresh = z.coerce.number().int().min(0).max(999_999_999).optional()
const visit = fresh

const common = { fallback: <Fallback />, timeout: `${TIMEOUT.well}ms` } as const

const hit = fragment('/_/hit/card', {
  ...common,
  access: 'public',
  cache: { for: '10m', stale: '1h' },
  tags: ['cards'],
  input: { n },
  render: (_, { input }) => <Card n={input.n} />,
})

/** Old after a second, served stale from then on while it is made anew. */
const stale = fragment('/_/stale/card', {
  ...common,
  access: 'public',
  cache: { for: '1s', stale: '1h' },
  tags: ['cards'],
  input: { n, fresh },
  render: (_, { input }) => <Card n={input.n} />,
})

const miss = fragment('/_/miss/card', {
  ...common,
  access: 'public',
  cache: { for: '10m', stale: '1h' },
  tags: ['cards'],
  input: { n, fresh },
  render: (_, { input }) => <Card n={input.n} />,
})

/** Rendered for each request, for who is signed in. */
const mine = fragment('/_/mine/card', {
  ...common,
  access: 'customer',
  cache: 'never',
  tags: ['cards:{user}'],
  input: { n },
  render: (_, { input }) => <Card n={input.n} />,
})

const slow = fragment('/_/slow/card', {
  ...common,
  access: 'public',
  cache: 'never',
  tags: ['cards'],
  timeout: `${TIMEOUT.slow}ms`,
  input: { n },
  load: () => new Promise((resolve) => setTimeout(resolve, SLOW)),
  render: (_, { input }) => <Card n={input.n} />,
})

/** What is behind these two does not answer, or closes the connection: `faults.ts`. */
const hanging = fragment('/_/hanging/card', {
  ...common,
  access: 'public',
  cache: 'never',
  tags: ['cards'],
  input: { n },
  render: () => null,
})

const dead = fragment('/_/dead/card', {
  ...common,
  access: 'public',
  cache: 'never',
  tags: ['cards'],
  input: { n },
  render: () => null,
})

/** By the MFE that serves each. */
export const FRAGMENTS = { hit, stale, miss, mine, slow, hanging, dead } as const satisfies Record<Source, unknown>

export function createLayouts(pages: readonly BenchPage[]): Layout[] {
  return pages.map((bench) => createLayout(definePage(bench)))
}

export function createSite(layouts: readonly Layout[]): Site {
  const fragments = Object.values(FRAGMENTS).map((one) => ({
    ...one,
    fallbackHtml: compose(render(one.fallback, NO_ASSETS)),
  }))
  return describeSite('bench', layouts, fragments, [])
}

function definePage({ path, state, sources }: BenchPage): Page {
  return page(path, {
    title: path,
    access: state === 'private' ? 'customer' : 'public',
    input: { fresh, visit },
    render: (input) => sources.map((source, index) => includeOf(source, index + 1, input.fresh)),
  })
}

function includeOf(source: Source, place: number, fresh: Slot<number | undefined> | undefined): VNode {
  if (source === 'hit') return <Include<typeof hit> src="/_/hit/card" n={place} />
  if (source === 'stale') return <Include<typeof stale> src="/_/stale/card" n={place} fresh={fresh} />
  if (source === 'miss') return <Include<typeof miss> src="/_/miss/card" n={place} fresh={fresh} />
  if (source === 'mine') return <Include<typeof mine> src="/_/mine/card" n={place} />
  if (source === 'slow') return <Include<typeof slow> src="/_/slow/card" n={place} />
  if (source === 'hanging') return <Include<typeof hanging> src="/_/hanging/card" n={place} />
  return <Include<typeof dead> src="/_/dead/card" n={place} />
}

/** No page of the bench has a primary fragment. */
function createLayout(of: Page): Layout {
  const rendered = render(of.render(), NO_ASSETS)
  const html = BEFORE + compose(rendered) + AFTER
  return {
    page: of,
    includes: rendered.includes,
    styles: [],
    whole: () => html,
    top: () => undefined,
    bottom: () => undefined,
    failed: () => undefined,
  }
}
