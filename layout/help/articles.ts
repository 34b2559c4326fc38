/** The articles of help, read once when the site is built. A link that leads nowhere is an error of the build. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DefinitionError } from '#kit/errors.ts'
import { type Article, parseArticle } from './markdown.tsx'

/** As they are listed: how to begin, one's money, one's safety, one's way. */
const ORDER = [
  'trying-it',
  'payments',
  'exchange-rates',
  'security',
  'privacy',
  'slow-lines-and-old-phones',
  'accessibility',
  'keyboard',
]

/** Every `.md` file of a folder, in the order of help. Throws a DefinitionError for a link that leads nowhere. */
export function readArticles(folder = import.meta.dirname): Article[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.md'))
  const slugs = files.map((name) => name.slice(0, -'.md'.length)).sort((a, b) => placeOf(a) - placeOf(b))
  const articles = slugs.map((slug) => parseArticle(slug, readFileSync(join(folder, `${slug}.md`), 'utf8')))
  for (const article of articles) checkLinks(article, articles)
  return articles
}

/** What nobody has given a place comes last. */
function placeOf(slug: string): number {
  return ORDER.includes(slug) ? ORDER.indexOf(slug) : ORDER.length
}

function checkLinks({ slug, links }: Article, articles: readonly Article[]): void {
  for (const link of links) {
    if (leadsSomewhere(link, slug, articles)) continue
    const remedy = 'Write name.md or name.md#heading for help, and /path for other pages.'
    throw new DefinitionError(`help/${slug}.md`, `its link "${link}" leads nowhere`, remedy)
  }
}

function leadsSomewhere(link: string, own: string, articles: readonly Article[]): boolean {
  // Whether a page of the site exists is for the test to say, which knows the routes.
  if (/^\/(?!\/)|^mailto:/.test(link)) return true
  const [, slug = own, anchor] = /^(?:([a-z-]+)\.md)?(?:#([a-z0-9-]+))?$/.exec(link) ?? ['', '']
  const article = articles.find((one) => one.slug === slug)
  return article !== undefined && (!anchor || article.sections.some(({ id }) => id === anchor))
}

export const ARTICLES = readArticles()
