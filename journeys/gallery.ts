/** A page with pictures of every state that a person may meet, to be looked through: `gallery/index.html`. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

export const FOLDER = join(import.meta.dirname, '../gallery')
const WIDTHS = [360, 1280] as const

interface Picture {
  readonly group: string
  readonly name: string
  readonly files: readonly string[]
}

export interface Gallery {
  /** Takes the page as it is, at a narrow and a wide screen. */
  add(page: Page, group: string, name: string): Promise<void>
  write(): void
}

export function openGallery(): Gallery {
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  const pictures: Picture[] = []
  return {
    async add(page, group, name) {
      const files: string[] = []
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 })
        const file = `${String(pictures.length).padStart(3, '0')}-${width}.png`
        await page.screenshot({ path: join(FOLDER, file), fullPage: true })
        files.push(file)
      }
      pictures.push({ group, name, files })
    },
    write: () => writeFileSync(join(FOLDER, 'index.html'), describe(pictures)),
  }
}

function describe(pictures: readonly Picture[]): string {
  const groups = [...new Set(pictures.map(({ group }) => group))]
  const sections = groups.map((group) => {
    const figures = pictures.filter((picture) => picture.group === group).map(describePicture)
    return `<h2>${escapeHtml(group)}</h2>\n${figures.join('\n')}`
  })
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>What people are told</title>
<style>
  body { margin: 2rem; font: 1rem/1.5 sans-serif; background: #ddd; color: #111 }
  figure { margin: 0 0 3rem; display: flex; flex-wrap: wrap; gap: 1rem; align-items: start }
  figcaption { width: 100%; font-weight: 600 }
  img { border: 1px solid #999; background: #fff }
  img:first-of-type { width: 270px } img:last-of-type { width: 720px }
</style>
<h1>What people are told: ${pictures.length} states</h1>
${sections.join('\n')}
</html>
`
}

function describePicture({ name, files }: Picture): string {
  const images = files.map((file) => `<img src="${file}" alt="" loading="lazy">`).join('')
  return `<figure><figcaption>${escapeHtml(name)}</figcaption>${images}</figure>`
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
