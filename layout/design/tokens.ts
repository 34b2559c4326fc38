/** The tokens as the style sheet has them, so that what is written about them cannot differ from what they are. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Token {
  /** `--ink` */
  readonly name: string
  readonly light: string
  /** The same as in light where the dark theme says nothing else. */
  readonly dark: string
}

export interface Contrast extends Token {
  /** Contrast against the page and against a sheet, whichever is less: 4.5 and more can be read by most, 7 by nearly all. */
  readonly lightRatio: number
  readonly darkRatio: number
}

const CSS = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8')

/** Every token of the style sheet, sizes and colours alike. */
export function readTokens(css = CSS): Token[] {
  const [normal = '', dark = ''] = [css.slice(0, css.indexOf('@media')), darkPart(css)]
  const inDark = new Map(declarations(dark))
  return declarations(normal).map(([name, light]) => ({ name, light, dark: inDark.get(name) ?? light }))
}

/** The colours that something is drawn in, with their contrast against what is behind them. */
export function readContrasts(css = CSS): Contrast[] {
  const colours = readTokens(css).filter(({ light }) => light.startsWith('#'))
  const behind = colours.filter(({ name }) => name === '--paper' || name === '--sheet')
  const least = (theme: 'light' | 'dark', colour: Token) =>
    Math.min(...behind.map((ground) => contrastOf(colour[theme], ground[theme])))
  return colours
    .filter((colour) => !behind.includes(colour))
    .map((colour) => ({ ...colour, lightRatio: least('light', colour), darkRatio: least('dark', colour) }))
}

/** WCAG 2: from 1, nothing to see, to 21, black on white. Rounded down, so that 6.99 never reads as 7. */
export function contrastOf(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminanceOf(one), luminanceOf(other)].toSorted((a, b) => a - b)
  return Math.floor(((lighter + 0.05) / (darker + 0.05)) * 10) / 10
}

function luminanceOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channelsOf(colour).map((channel) =>
    channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4,
  )
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** `#238` or `#223388` → shares of one. */
function channelsOf(colour: string): number[] {
  const short = colour.length === 4
  const pairs = colour.slice(1).match(short ? /./g : /../g) ?? []
  return pairs.map((pair) => Number.parseInt(short ? pair + pair : pair, 16) / 255)
}

function darkPart(css: string): string {
  const start = css.indexOf('prefers-color-scheme: dark')
  return start < 0 ? '' : css.slice(start, css.indexOf('@media', start))
}

/** The first of each name: a wide screen says one size again. */
function declarations(css: string): [name: string, value: string][] {
  return Array.from(css.matchAll(/(--[a-z]+):\s*([^;]+);/g), ([, name = '', value = '']) => [name, value.trim()])
}
