import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import sharp from 'sharp'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { useAsset } from './assets.ts'
import { describeLedger, weighPages } from './build/ledger.ts'
import { fragment } from './fragment.ts'
import { type Lab, openLab } from './lab.fixture.ts'
import { image, Picture } from './picture.tsx'
import { compose, render } from './render.tsx'
import { pageStyles, styleSources } from './styles.ts'

const BIG = Array.from({ length: 60 }, (_, index) => `.rule-${index} { margin: ${index}px }`).join('\n')
const ISLAND = `import { useState } from 'preact/hooks'
import { island } from '#kit/island.tsx'
export default island(import.meta, () => { const [n] = useState(1); return <p>{n}</p> })`

const photo = await sharp({ create: { width: 700, height: 350, channels: 3, background: '#237' } })
  .jpeg()
  .toBuffer()
const lab = openLab({
  'fragments/one/fragment.tsx': `import { fragment } from '#kit'\nimport A from './a.island.tsx'\nexport const used = fragment('/_/one/small', { A })\nexport { both } from './both.ts'`,
  'fragments/one/both.ts': `import { fragment } from '#kit'\nexport const both = fragment('/_/one/both', {})`,
  'fragments/one/a.island.tsx': ISLAND,
  'fragments/one/small.css': '.small { color: red }',
  'fragments/one/big.css': BIG,
  'fragments/one/assets/terms.txt': 'Terms\n'.repeat(200),
  'fragments/two/fragment.tsx': 'export const nothing = 1',
  'fragments/two/small.css': '.two { color: blue }',
  'layout/photo.image.jpg': photo,
  'layout/drawing.image.svg':
    '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><path d="M0 0h9v9z"/></svg>',
})
const assets = await lab.build()
const meta = { url: new URL('layout/page.tsx', `file://${lab.root}/`).href }

test.after(() => lab.close())

const common = { access: 'public', cache: 'never', timeout: '1s', render: () => null, fallback: <p /> } as const
const both = fragment('/_/one/both', { ...common, styles: ['small.css', 'big.css'] })
const small = fragment('/_/one/small', { ...common, styles: ['small.css'] })
const nested = fragment('/_/two/nested', { ...common, styles: ['small.css'], includes: ['/_/one/small'] })
const fragments = [both, small, nested]

test('a page has each style of its fragments once, and those of what is nested in them', () => {
  const names = (...routes: string[]) => pageStyles(routes, fragments, assets.styles).map(({ name }) => name)
  assert.equal(names('/_/one/both', '/_/one/small'), ['one/small.css', 'one/big.css'])
  assert.equal(names('/_/two/nested', '/_/one/small'), ['two/small.css', 'one/small.css'])
  assert.equal(names(), [])
})

test('a small style is inline and allowed by its hash, a large one is a file', () => {
  const [inline, file] = pageStyles(['/_/one/both'], fragments, assets.styles)
  assert.is(inline?.css, '.small{color:red}')
  assert.is(inline?.url, undefined)
  assert.match(file?.url ?? '', /^\/assets\/one\/big-[0-9a-f]{10}\.css$/)
  assert.is(readAsset(file?.url ?? '').toString(), file?.css)
  const hash = createHash('sha256').update('.small{color:red}').digest('base64')
  assert.equal(styleSources(inline && file ? [inline, file] : []), [`'sha256-${hash}'`, "'self'"])
})

test('a style that does not exist is named with its place', () => {
  const wrong = fragment('/_/one/wrong', { ...common, styles: ['smal.css'] })
  const missing = /\/_\/one\/wrong: its style smal.css does not exist. Write it to fragments\/one\/smal.css/
  assert.throws(() => pageStyles(['/_/one/wrong'], [wrong], assets.styles), missing)
})

test('a static file is served under its MFE, by a name with its hash', () => {
  const owner = { url: new URL('../fragments/one/x.tsx', meta.url).href }
  const Terms = () => <a href={useAsset(owner, './assets/terms.txt')}>Terms</a>
  const html = compose(render(<Terms />, assets))
  const [, url = ''] = /href="([^"]+)"/.exec(html) ?? []
  assert.match(url, /^\/assets\/one\/terms-[0-9a-f]{10}\.txt$/)
  assert.is(brotliDecompressSync(readAsset(`${url}.br`)).toString(), readAsset(url).toString())
  assert.ok(readAsset(`${url}.gz`).length < readAsset(url).length)
})

test('a picture is built in all forms and widths, none wider than its source', async () => {
  const picture = assets.picture(image(meta, './photo.image.jpg').source)
  assert.equal([picture.width, picture.height], [640, 320])
  assert.equal(
    picture.forms.map(({ type, files }) => [type, ...files.map(({ width }) => width)]),
    [
      ['image/avif', 320, 480, 640],
      ['image/webp', 320, 480, 640],
      ['image/jpeg', 320, 480, 640],
    ],
  )
  for (const { type, files } of picture.forms) {
    for (const { url, width } of files) {
      const read = await sharp(readAsset(url)).metadata()
      assert.equal([read.width, read.height], [width, width / 2], url)
      assert.is(read.format, type === 'image/avif' ? 'heif' : type.slice('image/'.length))
    }
  }
})

test('a drawing is as wide as any screen needs, and stays transparent', () => {
  const { width, height, forms } = assets.picture(image(meta, './drawing.image.svg').source)
  assert.equal([width, height], [1280, 640])
  assert.is(forms.at(-1)?.type, 'image/png')
})

test('its place is kept before it is there, and it waits until it is near', () => {
  const html = compose(render(<Picture of={image(meta, './photo.image.jpg')} alt="Blue" sizes="50vw" />, assets))
  assert.match(
    html,
    /^<picture><source type="image\/avif" srcset="[^"]+-320\.avif 320w, [^"]+ 480w, [^"]+-640\.avif 640w" sizes="50vw"/,
  )
  assert.match(
    html,
    /<img src="[^"]+-480\.jpg" [^>]*width="640" height="320" alt="Blue" loading="lazy" decoding="async"/,
  )
  const dark = image(meta, './drawing.image.svg')
  const both = <Picture of={image(meta, './photo.image.jpg')} dark={dark} alt="" sizes="1px" />
  assert.match(
    compose(render(both, assets)),
    /^<picture><source media="\(prefers-color-scheme: dark\)" type="image\/avif"/,
  )
})

test('the ledger says what each file weighs, and what a page’s scripts weigh together', () => {
  const page = { route: '/one', id: 'one', access: 'public', inputs: [], styles: [] } as const
  const include = { fragment: '/_/two/nested', query: '', params: {}, primary: false }
  const plain = { ...page, route: '/two', includes: [{ ...include, fragment: '/_/one/both' }] }
  const described = fragments.map((definition) => ({ ...definition, fallback: '' }))
  const [heavy, light] = weighPages(
    { pages: [plain, { ...page, includes: [include] }], fragments: described },
    assets.weighScripts,
  )
  assert.is(heavy?.name, 'scripts of /one', 'a nested fragment has an island; the other one of its MFE has none')
  const weightOf = (name: string) => assets.ledger.find((line) => line.name === name)?.brotli ?? Number.NaN
  assert.is(light?.brotli, weightOf('loader, inline'))
  assert.is(heavy?.brotli, weightOf('loader, inline') + weightOf('Preact') + weightOf('island one/a'))
  const lines = describeLedger(assets.ledger).split('\n')
  assert.is(lines.length, assets.ledger.length + 1)
  assert.match(lines[1] ?? '', /^loader, inline +[\d,]+ +\d+ +600$/)
})

/** Text that does not compress. */
const noise = (bytes: number) =>
  Array.from({ length: bytes / 64 }, (_, index) => createHash('sha256').update(String(index)).digest('hex')).join('')

test('what is over its budget does not start, and is named with its weight', async () => {
  const cases: [file: string, text: string, said: RegExp][] = [
    [
      'fragments/fat/fat.island.tsx',
      `import { island } from '#kit/island.tsx'\nexport default island(import.meta, () => <p>{${JSON.stringify(noise(6_400))}}</p>)`,
      /^island fat\/fat: it weighs [34],\d{3} B compressed, and its budget is 2,000 B\. Leave out/,
    ],
    ['fragments/fat/fat.css', `.fat { content: "${noise(6_400)}" }`, /^style fat\/fat\.css: it weighs .* 1,000 B/],
  ]
  for (const [file, text, said] of cases) {
    const fat = openLab({ [file]: text })
    await rejects(fat, said)
  }
})

test('a picture that is too heavy, or none, is named', async () => {
  const { data, info } = await sharp({
    create: {
      width: 1280,
      height: 1280,
      channels: 3,
      noise: { type: 'gaussian', mean: 128, sigma: 90 },
      background: '#000',
    },
  })
    .jpeg({ quality: 50 })
    .toBuffer({ resolveWithObject: true })
  assert.is(info.width, 1280)
  await rejects(
    openLab({ 'layout/sand.image.jpg': data }),
    /layout\/sand\.image\.jpg: as \d+\.avif it weighs .* its budget is/,
  )
  await rejects(openLab({ 'layout/no.image.png': 'no picture' }), /layout\/no\.image\.png: no picture that can be read/)
})

async function rejects(lab: Lab, said: RegExp): Promise<void> {
  try {
    await lab.build()
    assert.unreachable('it was built')
  } catch (error) {
    assert.instance(error, Error)
    assert.match(error instanceof Error ? error.message : '', said)
  } finally {
    lab.close()
  }
}

function readAsset(url: string): Buffer {
  return readFileSync(join(lab.out, url.replace('/assets/', '')))
}

test.run()
