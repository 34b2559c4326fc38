/** Plots as SVG: no scripts, no fonts from elsewhere, readable on light and on dark paper. */

export interface Axis {
  readonly label: string
  /** Powers of ten apart. */
  readonly logarithmic?: boolean
  /** Where lines are; by default 1, 2, 5 and so on. */
  readonly ticks?: readonly number[]
}

export interface Series {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
}

export interface LinePlot {
  readonly title: string
  readonly note: string
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly Series[]
}

export interface DotPlot {
  readonly title: string
  readonly note: string
  readonly x: Axis
  /** What the dots stand for, in their order. */
  readonly dots: readonly string[]
  readonly rows: readonly { readonly name: string; readonly values: readonly number[] }[]
}

const WIDTH = 760
const TOP = 92
const BOTTOM = 52
/** Okabe and Ito's colours, which people tell apart who see few colours; a shape says the same. */
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#cc79a7', '#56b4e9', '#8a8a8a']
/** The first is too dark for dark paper. */
const FIRST_ON_DARK = '#8f9bff'

const STYLE = `
svg { background: #fff; font: 13px system-ui, sans-serif; }
text { fill: #3a3f4b; }
.title { font-size: 16px; font-weight: 600; fill: #14171f; }
.grid { stroke: #dfe2e8; stroke-width: 1; }
.axis { stroke: #8b919d; stroke-width: 1; }
.paper { fill: #fff; }
${COLOURS.map((colour, index) => `.s${index} { stroke: ${colour}; fill: ${colour}; }`).join('\n')}
.line.line { fill: none; stroke-width: 2; }
.link { stroke: #8b919d; stroke-width: 2; }
.s0.hollow { fill: none; stroke-width: 2.5; }
@media (prefers-color-scheme: dark) {
  svg { background: #10131f; }
  .s0 { stroke: ${FIRST_ON_DARK}; fill: ${FIRST_ON_DARK}; }
  text { fill: #b9bfcc; }
  .title { fill: #f2f4f8; }
  .grid { stroke: #2a3040; }
  .axis, .link { stroke: #6b7282; }
  .paper { fill: #10131f; }
  .s0.hollow { fill: none; }
}`

/** A line for each series, named at the right in the order of their ends. */
export function plotLines({ title, note, x, y, series }: LinePlot): string {
  const height = 440
  const area = { left: 64, right: WIDTH - 190, top: TOP, bottom: height - BOTTOM }
  const points = series.flatMap((one) => one.points)
  const toX = scale(x, range(points.map(([value]) => value)), area.left, area.right)
  const ys =
    x.ticks && y.logarithmic ? widen(range(points.map(([, value]) => value))) : range(points.map(([, value]) => value))
  const toY = scale(y, ys, area.bottom, area.top)
  const xTicks = x.ticks ?? ticksWithin(range(points.map(([value]) => value)))
  const yTicks = y.ticks ?? ticksWithin(ys)
  const lines = series.map(({ points }, index) => {
    const path = points.map(([a, b], at) => `${at ? 'L' : 'M'}${round(toX(a))} ${round(toY(b))}`).join('')
    const marks = points.map(([a, b]) => shape(index, toX(a), toY(b)))
    return `<path class="line s${index}" d="${path}"/>${marks.join('')}`
  })
  const ends = series
    .map(({ name, points }, index) => ({ name, index, y: toY(points.at(-1)?.[1] ?? 0) }))
    .sort((a, b) => a.y - b.y)
  return frame(title, note, height, [
    ...yTicks.map((tick) => line('grid', area.left, toY(tick), area.right, toY(tick))),
    ...yTicks.map((tick) => label(area.left - 8, toY(tick) + 4, format(tick), 'end')),
    ...xTicks.map((tick) => line('axis', toX(tick), area.bottom, toX(tick), area.bottom + 5)),
    ...xTicks.map((tick) => label(toX(tick), area.bottom + 20, format(tick), 'middle')),
    line('axis', area.left, area.bottom, area.right, area.bottom),
    label((area.left + area.right) / 2, height - 12, x.label, 'middle'),
    label(area.left - 8, area.top - 12, y.label, 'start'),
    ...lines,
    ...spread(ends.map((end) => end.y)).map((at, order) => {
      const { name, index } = ends[order] ?? { name: '', index: 0 }
      return shape(index, area.right + 22, at) + label(area.right + 34, at + 4, name, 'start')
    }),
  ])
}

/** A row for each name, a dot for each value, the first one hollow, joined so that the way between them is seen. */
export function plotDots({ title, note, x, dots, rows }: DotPlot): string {
  const step = 34
  const height = TOP + 24 + rows.length * step + BOTTOM
  const area = { left: 190, right: WIDTH - 40, top: TOP + 24, bottom: height - BOTTOM }
  const values = widen(range(rows.flatMap((row) => row.values)))
  const toX = scale(x, values, area.left, area.right)
  const ticks = x.ticks ?? ticksWithin(values)
  const dot = (index: number, at: number, y: number) =>
    `<circle class="s${index}${index ? '' : ' hollow'}" cx="${round(at)}" cy="${round(y)}" r="6"/>`
  return frame(title, note, height, [
    ...ticks.map((tick) => line('grid', toX(tick), area.top, toX(tick), area.bottom)),
    ...ticks.map((tick) => label(toX(tick), area.bottom + 20, format(tick), 'middle')),
    line('axis', area.left, area.bottom, area.right, area.bottom),
    label((area.left + area.right) / 2, height - 10, x.label, 'middle'),
    ...dots.map(
      (name, index) =>
        dot(index, area.left + 6 + index * 190, TOP - 2) + label(area.left + 20 + index * 190, TOP + 2, name, 'start'),
    ),
    ...rows.flatMap(({ name, values }, order) => {
      const y = area.top + step * (order + 0.5)
      const at = values.map(toX)
      return [
        label(area.left - 12, y + 4, name, 'end'),
        line('link', Math.min(...at), y, Math.max(...at), y),
        // The hollow one last: it shows what lies under it.
        ...at.map((place, index) => dot(index, place, y)).reverse(),
      ]
    }),
  ])
}

function frame(title: string, note: string, height: number, content: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escapeText(title)}">
<style>${STYLE}</style>
<rect class="paper" width="${WIDTH}" height="${height}"/>
<text class="title" x="16" y="28">${escapeText(title)}</text>
<text x="16" y="48">${escapeText(note)}</text>
${content.join('\n')}
</svg>
`
}

function shape(index: number, x: number, y: number): string {
  const [a, b] = [round(x), round(y)]
  const kind = index % 4
  if (kind === 0) return `<circle class="s${index}" cx="${a}" cy="${b}" r="4"/>`
  if (kind === 1) return `<path class="s${index}" d="M${a - 4} ${b - 4}h8v8h-8z"/>`
  if (kind === 2) return `<path class="s${index}" d="M${a} ${b - 5}l5 9h-10z"/>`
  return `<path class="s${index}" d="M${a} ${b - 5}l5 5l-5 5l-5 -5z"/>`
}

function line(kind: string, x1: number, y1: number, x2: number, y2: number): string {
  return `<path class="${kind}" d="M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}"/>`
}

function label(x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escapeText(text)}</text>`
}

type Range = readonly [low: number, high: number]

function scale({ logarithmic }: Axis, [low, high]: Range, from: number, to: number): (value: number) => number {
  const place = logarithmic ? Math.log10 : (value: number) => value
  const width = place(high) - place(low) || 1
  return (value) => from + ((place(value) - place(low)) / width) * (to - from)
}

function range(values: readonly number[]): Range {
  return [Math.min(...values), Math.max(...values)]
}

/** To the ticks around. */
function widen([low, high]: Range): Range {
  const all = ticksWithin([low / 10, high * 10])
  return [all.findLast((step) => step <= low) ?? low, all.find((step) => step >= high) ?? high]
}

/** 1, 2, 5, 10 and so on; only the tens where these would be too many. */
function ticksWithin([low, high]: Range): number[] {
  const all = steps(low, high)
  return all.length > 8 ? all.filter((step) => Number.isInteger(Math.log10(step))) : all
}

function steps(low: number, high: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))]
  const powers = Array.from({ length: last - first + 1 }, (_, index) => first + index)
  const all = powers.flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`)))
  return all.filter((step) => step >= low && step <= high)
}

/** Moves labels apart that would stand on each other. */
function spread(places: readonly number[]): number[] {
  const moved: number[] = []
  for (const place of places) moved.push(Math.max(place, (moved.at(-1) ?? Number.NEGATIVE_INFINITY) + 18))
  return moved
}

function format(value: number): string {
  return value >= 1_000 ? value.toLocaleString('en') : String(value)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}
