/** The files that browsers, search engines and programs look for at fixed addresses. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Page } from '#kit/page.ts'
import { buildIcons, ICON_NAMES } from './icons.ts'
import { describeApp } from './manifest.ts'
import { type ApiEndpoint, describeApi } from './openapi.ts'
import { describeRobots, describeSitemap } from './search.ts'
import { describeSecurityContact } from './security.ts'

export interface FileOptions {
  /** Where they are written. */
  readonly folder: string
  /** `https://localhost:8443`: what the files call us. */
  readonly origin: string
  readonly pages: readonly Page[]
  readonly endpoints: readonly ApiEndpoint[]
  /** Names the build. */
  readonly build: string
}

/** Writes them all. Returns each by its address, for the edge. */
export async function writeFiles(options: FileOptions): Promise<Record<string, string>> {
  const { folder, origin, pages, endpoints, build } = options
  const icons = await buildIcons()
  const icon = (name: string) => `/${name}`
  const texts = {
    '/manifest.webmanifest': JSON.stringify(describeApp()),
    '/robots.txt': describeRobots(pages, [...ICON_NAMES.map(icon), '/manifest.webmanifest', '/sitemap.xml'], origin),
    '/sitemap.xml': describeSitemap(pages, origin),
    '/.well-known/security.txt': describeSecurityContact(origin, new Date()),
    '/api/openapi.json': JSON.stringify(describeApi(endpoints, origin, build)),
  }
  const placeOf = (address: string) => {
    const path = join(folder, address)
    mkdirSync(dirname(path), { recursive: true })
    return path
  }
  for (const [address, text] of Object.entries(texts)) writeFileSync(placeOf(address), text)
  for (const name of ICON_NAMES) copyFileSync(join(icons, name), placeOf(icon(name)))
  const addresses = [...Object.keys(texts), ...ICON_NAMES.map(icon)]
  return Object.fromEntries(addresses.map((address) => [address, join(folder, address)]))
}
