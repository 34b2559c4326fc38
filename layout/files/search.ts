/** What search engines are told: `/robots.txt` and `/sitemap.xml`. */
import type { Page } from '#kit/page.ts'

/** Public pages that say what they are. One with a parameter has no address of its own. */
export function findablePages(pages: readonly Page[]): Page[] {
  return pages.filter(({ access, description, route }) => access === 'public' && description && !route.includes(':'))
}

/**
 * All that is not named is disallowed, so that the file lists no private address for the curious. `$` is the end of an
 * address and the longest rule wins (RFC 9309).
 */
export function describeRobots(pages: readonly Page[], files: readonly string[], origin: string): string {
  const allowed = findablePages(pages).flatMap(({ route, inputs }) => [
    `${route}$`,
    ...(inputs.length ? [`${route}?`] : []),
  ])
  return [
    'User-agent: *',
    ...[...allowed, '/assets/', ...files.map((file) => `${file}$`)].map((path) => `Allow: ${path}`),
    'Disallow: /',
    '',
    `Sitemap: ${origin}/sitemap.xml`,
    '',
  ].join('\n')
}

export function describeSitemap(pages: readonly Page[], origin: string): string {
  const urls = findablePages(pages).map(({ route }) => `  <url><loc>${origin}${route}</loc></url>`)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
    ...urls,
    '</urlset>',
    '',
  ].join('\n')
}
