import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { endpoint, page, z } from '#kit'
import { writeFiles } from './files.ts'
import { findablePages } from './search.ts'

const folder = mkdtempSync(join(tmpdir(), 'sv-files-'))
const origin = 'https://bank.example'
const common = { title: 'A page', render: () => null }
const pages = [
  page('/', { ...common, access: 'public', description: 'The start.' }),
  page('/rates', { ...common, access: 'public', description: 'Rates.', input: { base: z.enum(['EUR']).optional() } }),
  page('/sign-in', { ...common, access: 'public' }),
  page('/dashboard', { ...common, access: 'customer', description: 'Yours.' }),
  page('/admin', { ...common, access: 'staff', description: 'Ours.' }),
]
const endpoints = [
  endpoint('GET /api/things/:id', {
    summary: 'One thing.',
    access: 'customer',
    input: { id: z.uuid(), part: z.enum(['a', 'b']).optional() },
    handle: () => ({ status: 200 }),
  }),
  endpoint('POST /api/things', {
    summary: 'Make a thing.',
    access: 'public',
    body: { name: z.string().max(9) },
    handle: () => ({ status: 201 }),
  }),
].map((described) => ({ ...described, mfe: 'things' }))
const files = await writeFiles({ folder, origin, pages, endpoints, build: 'b1' })

test.after(() => rmSync(folder, { recursive: true, force: true }))

const read = (address: string) => readFileSync(files[address] ?? '')
const text = (address: string) => read(address).toString()

test('the sitemap lists every page that search engines should find, and no other', () => {
  const found = Array.from(text('/sitemap.xml').matchAll(/<loc>([^<]+)<\/loc>/g), ([, url]) => url)
  assert.equal(found, [`${origin}/`, `${origin}/rates`])
  assert.equal(
    findablePages(pages).map(({ route }) => route),
    ['/', '/rates'],
  )
})

test('robots.txt allows what the sitemap lists, disallows all else, and names nothing private', () => {
  const lines = text('/robots.txt').split('\n')
  for (const rule of ['Allow: /$', 'Allow: /rates$', 'Allow: /rates?', 'Disallow: /'])
    assert.ok(lines.includes(rule), rule)
  assert.ok(lines.includes(`Sitemap: ${origin}/sitemap.xml`))
  assert.not.match(text('/robots.txt'), /dashboard|admin|api/)
})

test('security.txt is valid for less than a year from now', () => {
  const fields = new Map(
    text('/.well-known/security.txt')
      .trim()
      .split('\n')
      .map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  )
  assert.equal([...fields.keys()], ['Contact', 'Expires', 'Preferred-Languages', 'Canonical', 'Policy'])
  assert.is(fields.get('Canonical'), `${origin}/.well-known/security.txt`)
  const days = (Date.parse(fields.get('Expires') ?? '') - Date.now()) / 86_400_000
  assert.ok(days > 30 && days < 365, `${days} days`)
})

test('every icon that the manifest names is there, in its size', async () => {
  const manifest = JSON.parse(text('/manifest.webmanifest'))
  assert.is(manifest.start_url, '/dashboard')
  for (const { src, sizes } of manifest.icons) {
    const { width, height, format } = await sharp(read(src)).metadata()
    assert.is(`${width}x${height} ${format}`, `${sizes} png`)
  }
  assert.is((await sharp(read('/apple-touch-icon.png')).stats()).isOpaque, true, 'iOS would show black')
})

test('the favicon holds three sizes, each a whole PNG', async () => {
  const icon = read('/favicon.ico')
  assert.equal([icon.readUInt16LE(0), icon.readUInt16LE(2), icon.readUInt16LE(4)], [0, 1, 3])
  for (const [index, size] of [16, 32, 48].entries()) {
    const at = 6 + 16 * index
    assert.is(icon.readUInt8(at), size)
    const [length, offset] = [icon.readUInt32LE(at + 8), icon.readUInt32LE(at + 12)]
    const { width, format } = await sharp(icon.subarray(offset, offset + length)).metadata()
    assert.is(`${width} ${format}`, `${size} png`)
  }
})

test('the API is described as it is defined', () => {
  const { openapi, paths, components } = JSON.parse(text('/api/openapi.json'))
  assert.match(openapi, /^3\.1\./)
  const one = paths['/api/things/{id}'].get
  assert.equal(
    one.parameters.map(({ name, in: place, required }: Record<string, unknown>) => [name, place, required]),
    [
      ['id', 'path', true],
      ['part', 'query', false],
    ],
  )
  assert.equal(one.parameters[1].schema.enum, ['a', 'b'])
  assert.equal(one.security, [{ session: [] }])
  assert.ok(one.responses['401'])
  const make = paths['/api/things'].post
  assert.is(make.requestBody.content['application/json'].schema.properties.name.maxLength, 9)
  assert.equal(make.security, [])
  assert.is(make.responses['401'], undefined)
  for (const [, path] of text('/api/openapi.json').matchAll(/"\$ref":"#\/components\/([^"]+)"/g)) {
    const [kind = '', name = ''] = path?.split('/') ?? []
    assert.ok(components[kind][name], `${path} is defined`)
  }
})

test.run()
