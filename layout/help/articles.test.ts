import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { h } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { DefinitionError } from '#kit/errors.ts'
import { routes } from '../routes.ts'
import { ARTICLES, readArticles } from './articles.ts'
import { parseArticle, Sections } from './markdown.tsx'

test('every article has a page of its own, with a sentence for search engines', () => {
  assert.ok(ARTICLES.length >= 8)
  for (const { slug, title, description } of ARTICLES) {
    const page = routes.find(({ route }) => route === `/help/${slug}`)
    assert.is(page?.title, title)
    assert.is(page?.access, 'public')
    assert.ok(description.length > 60 && description.length < 180, `${slug}: ${description.length} characters`)
  }
})

test('what help links to on the site exists', () => {
  const known = routes.map(({ route }) => route)
  for (const { slug, links } of ARTICLES) {
    for (const link of links.filter((one) => one.startsWith('/'))) {
      assert.ok(known.includes(link.replace(/[?#].*/, '')), `${slug} links to ${link}`)
    }
  }
})

test('a link that leads nowhere fails the build, and says which', () => {
  for (const link of [
    'nowhere.md',
    'a.md#not-there',
    '#not-there',
    'https://example.com',
    '//example.com',
    'javascript:x',
  ]) {
    assert.throws(
      () =>
        readFolder({ a: '# A\n\nAbout.\n\n## First part\n\nHere.', b: `# B\n\nAbout.\n\n## More\n\n[that](${link})` }),
      (error: Error) => error instanceof DefinitionError && error.message.includes(`"${link}" leads nowhere`),
      link,
    )
  }
  const [a, b] = readFolder({
    a: '# A\n\nAbout.\n\n## First part\n\n[own](#first-part)',
    b: '# B\n\nAbout.\n\n## More\n\n- [there](a.md#first-part)\n\n| x | y |\n| - | - |\n| [site](/rates) | z |',
  })
  assert.equal(a?.links, ['#first-part'])
  assert.equal(b?.links, ['a.md#first-part', '/rates'])
})

test('an article becomes sections, lists and facts', () => {
  const html = show(
    '## Its part\n\nOne **two** `three` [four](b.md#c).\n\n1. five\n\n| a | b |\n| - | - |\n| six | seven |',
  )
  assert.match(html, '<section class="card" aria-labelledby="its-part"><h2 id="its-part">Its part</h2>')
  assert.match(html, '<p>One <strong>two</strong> <code>three</code> <a href="/help/b#c">four</a>.</p>')
  assert.match(html, '<ol><li>five</li></ol>')
  assert.match(html, '<dt>six</dt><dd>seven</dd>')
})

test('HTML, pictures and what we have no component for are refused', () => {
  for (const text of ['<b>x</b>', '<script>alert(1)</script>', '![x](y.png)', '    code', '> quote', '### Third']) {
    assert.throws(
      () => parseArticle('a', `# A\n\nAbout.\n\n## B\n\n${text}`),
      (error: Error) => error instanceof DefinitionError,
      text,
    )
  }
  assert.throws(() => parseArticle('a', 'No title.'), /does not begin with a title/)
  assert.throws(() => parseArticle('a', '# A\n\nAbout.\n\nMore.'), /is in no section/)
  assert.match(show('## B\n\n1 < 2 & "so on"'), '1 &lt; 2 &amp; &quot;so on&quot;')
})

function show(sections: string): string {
  return renderToString(h(Sections, { of: parseArticle('a', `# A\n\nAbout.\n\n${sections}`) }))
}

function readFolder(files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'help-'))
  try {
    for (const [slug, text] of Object.entries(files)) writeFileSync(join(folder, `${slug}.md`), text)
    return readArticles(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test.run()
