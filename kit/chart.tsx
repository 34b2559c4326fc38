/**
 * `<LineChart>` and `<BarChart>`: SVG from the server, the same bytes for the same figures. Widths are percentages and
 * heights are pixels, so a chart is as wide as its place while its words and lines keep their size. No JavaScript.
 */
import type { ComponentChildren, VNode } from 'preact'

/** One point of a line, or one bar. */
export interface ChartFigure {
  /** Short, beside the axis: `Nov`. */
  readonly label: string
  /** In full, in the table: `November 2026`. */
  readonly name: string
  readonly value: number
  /** The value as people read it: `1,234.56 EUR`. */
  readonly shown: string
}

interface ChartProps {
  /** Once on a page. */
  id: string
  title: string
  /** One sentence with what the eye would see: the highest, the lowest, and now. */
  summary: string
  /** Headings of the table with the figures. */
  columns?: readonly [name: string, value: string]
}

/** Pixels from above: room for the highest figure's words, the plot, the lowest figure's words, the labels. */
const TOP = 24
const PLOT = 96
const BELOW_LOW = 26
const LABELS = 22
/** Units from left to right in which a line is drawn before it is stretched. */
const ACROSS = 1000

/** Figures over time. The last of them is now. Nothing without figures: say so instead. */
export function LineChart({ points, ...props }: ChartProps & { points: readonly ChartFigure[] }): VNode | null {
  const ends = endsOf(points)
  if (!ends) return null
  const { first, last, highest, lowest } = ends
  const scale = verticalScale(lowest.value, highest.value)
  const at = (point: ChartFigure) => percent(place(points.indexOf(point), points.length))
  const base = TOP + PLOT + BELOW_LOW
  return (
    <Chart {...props} figures={points} now={last} height={base + LABELS}>
      <line x1="0" x2="100%" y1={base} y2={base} class="rule" />
      <Line path={linePath(points, scale)} />
      {highest !== last && <Mark x={at(highest)} y={TOP} words={highest.shown} dy={-10} />}
      {lowest !== last && <Mark x={at(lowest)} y={TOP + PLOT} words={lowest.shown} dy={19} />}
      <circle cx={at(last)} cy={tenth(TOP + scale(last.value))} r="4" class="now" />
      <Words x="0%" y={base + 17} words={first.label} />
      {first !== last && <Words x="100%" y={base + 17} words={last.label} />}
    </Chart>
  )
}

/** Amounts side by side, from zero. The last of them is now. Nothing without figures: say so instead. */
export function BarChart({ bars, ...props }: ChartProps & { bars: readonly ChartFigure[] }): VNode | null {
  const ends = endsOf(bars)
  if (!ends) return null
  const { last, highest, lowest } = ends
  const scale = verticalScale(Math.min(0, lowest.value), Math.max(0, highest.value))
  const height = (value: number) => tenth(TOP + scale(value))
  const zero = height(0)
  const width = 100 / bars.length
  const middle = (index: number) => percent((index + 0.5) * width)
  const base = TOP + PLOT
  return (
    <Chart {...props} figures={bars} now={last} height={base + LABELS}>
      {bars.map((bar, index) => (
        <rect
          key={bar.name}
          class={bar === last ? 'now' : undefined}
          x={percent((index + 0.15) * width)}
          width={percent(width * 0.7)}
          y={Math.min(zero, height(bar.value))}
          height={tenth(Math.abs(zero - height(bar.value)))}
        />
      ))}
      <line x1="0" x2="100%" y1={zero} y2={zero} class="rule" />
      {highest !== last && <Words x={middle(bars.indexOf(highest))} y={TOP - 8} words={highest.shown} />}
      {bars.map(({ name, label }, index) => (
        <BarLabel key={name} x={middle(index)} y={base + 17} words={label} among={bars} index={index} />
      ))}
    </Chart>
  )
}

interface FrameProps extends ChartProps {
  figures: readonly ChartFigure[]
  now: ChartFigure
  height: number
  children: ComponentChildren
}

function Chart({ id, title, summary, columns = ['When', 'Figure'], figures, now, height, children }: FrameProps) {
  return (
    <figure class="chart" aria-labelledby={id}>
      <figcaption>
        <span id={id}>{title}</span> <b class="num">{now.shown}</b>
      </figcaption>
      <svg role="img" aria-label={summary} width="100%" height={height}>
        {children}
      </svg>
      <details>
        <summary>Show the figures</summary>
        <table aria-labelledby={id}>
          <thead>
            <tr>
              <th scope="col">{columns[0]}</th>
              <th scope="col" class="num">
                {columns[1]}
              </th>
            </tr>
          </thead>
          <tbody>
            {figures.map(({ name, shown }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td class="num">{shown}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  )
}

/** Stretched to its place; the style keeps the stroke's width. */
function Line({ path }: { path: string }) {
  const size = { x: 0, y: TOP, width: '100%', height: PLOT, viewBox: `0 0 ${ACROSS} ${PLOT}` }
  return (
    <svg {...size} preserveAspectRatio="none" overflow="visible" aria-hidden="true">
      <path d={path} />
    </svg>
  )
}

function Mark({ x, y, words, dy }: { x: string; y: number; words: string; dy: number }) {
  return (
    <>
      <circle cx={x} cy={y} r="2.5" />
      <Words x={x} y={y + dy} words={words} />
    </>
  )
}

/** Words that stay inside: near an edge they begin or end there. */
function Words({ x, y, words, wide = false }: { x: string; y: number; words: string; wide?: boolean }) {
  const at = Number.parseFloat(x)
  const anchor = at < 15 ? 'start' : at > 85 ? 'end' : 'middle'
  return (
    <text x={x} y={y} text-anchor={anchor} class={wide ? 'wide' : undefined}>
      {words}
    </text>
  )
}

interface BarLabelProps {
  x: string
  y: number
  words: string
  among: readonly ChartFigure[]
  index: number
}

/** Where labels would touch, only every second, third … is written, counted from now; fewer on a narrow screen. */
function BarLabel({ x, y, words, among, index }: BarLabelProps) {
  const fromNow = among.length - 1 - index
  if (fromNow % labelStep(among, WIDE)) return null
  return (
    <text x={x} y={y} text-anchor="middle" class={fromNow % labelStep(among, NARROW) ? 'wide' : undefined}>
      {words}
    </text>
  )
}

/** Pixels for a chart at 360 px, and from 640 px on. */
const NARROW = 300
const WIDE = 560

function labelStep(figures: readonly ChartFigure[], width: number): number {
  const longest = Math.max(...figures.map(({ label }) => label.length))
  return Math.ceil((longest * 8 + 6) / (width / figures.length))
}

function endsOf(figures: readonly ChartFigure[]) {
  const [first] = figures
  const last = figures.at(-1)
  if (!first || !last) return undefined
  const highest = figures.reduce((best, figure) => (figure.value > best.value ? figure : best))
  const lowest = figures.reduce((best, figure) => (figure.value < best.value ? figure : best))
  return { first, last, highest, lowest }
}

/** Value → pixels below the top of the plot. Figures that are all the same lie in the middle. */
function verticalScale(low: number, high: number): (value: number) => number {
  if (high === low) return () => PLOT / 2
  return (value) => tenth(((high - value) / (high - low)) * PLOT)
}

/** From the left in percent; one figure alone is now, at the right. */
function place(index: number, count: number): number {
  return count === 1 ? 100 : (index / (count - 1)) * 100
}

function percent(value: number): string {
  return `${Math.round(value * 100) / 100}%`
}

function tenth(pixels: number): number {
  return Math.round(pixels * 10) / 10
}

/** Relative steps: a third of the bytes of absolute corners, and they compress better. */
function linePath(points: readonly ChartFigure[], scale: (value: number) => number): string {
  const corners = points.map(({ value }, index) => {
    const x = Math.round((place(index, points.length) / 100) * ACROSS)
    return [x, scale(value)] as const
  })
  const steps = corners.map(([x, y], index) => {
    const [fromX, fromY] = corners[index - 1] ?? [0, 0]
    return `${x - fromX} ${tenth(y - fromY)}`
  })
  return `m${steps.join('l')}`
}
