import fc from 'fast-check'
import { renderToString } from 'preact-render-to-string'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { BarChart, type ChartFigure, LineChart } from './chart.tsx'

const MONTHS: ChartFigure[] = [
  { label: 'Sep', name: 'September 2026', value: 40_000, shown: '400.00 EUR' },
  { label: 'Oct', name: 'October 2026', value: 100_000, shown: '1,000.00 EUR' },
  { label: 'Nov', name: 'November 2026', value: 70_000, shown: '700.00 EUR' },
]
const props = { id: 'spent', title: 'Spent', summary: 'Most in October: 1,000.00 EUR. Now 700.00 EUR.' }
const charts = [
  ['line', (figures: readonly ChartFigure[]) => renderToString(<LineChart {...props} points={figures} />)],
  ['bar', (figures: readonly ChartFigure[]) => renderToString(<BarChart {...props} bars={figures} />)],
] as const

for (const [kind, draw] of charts) {
  test(`a ${kind} chart is named, says what the eye would see, and holds its figures as a table`, () => {
    const html = draw(MONTHS)
    assert.match(html, '<figure class="chart" aria-labelledby="spent">')
    assert.match(html, '<span id="spent">Spent</span> <b class="num">700.00 EUR</b>')
    assert.match(html, `<svg role="img" aria-label="${props.summary}"`)
    for (const { name, shown } of MONTHS) {
      assert.match(html, `<th scope="row">${name}</th><td class="num">${shown}</td>`)
    }
  })

  test(`a ${kind} chart carries no style or script, and the same bytes each time`, () => {
    const html = draw(MONTHS)
    assert.is(draw(structuredClone(MONTHS)), html)
    assert.not.match(html, /style=|<script|\son\w+=|NaN|undefined/)
  })

  test(`nothing without figures: a ${kind} chart draws no empty frame`, () => {
    assert.is(draw([]), '')
  })

  test(`whatever the figures are, a ${kind} chart stays within its place`, () => {
    const figure = fc.record({
      label: fc.string({ maxLength: 12 }),
      name: fc.string(),
      value: fc.integer(),
      shown: fc.string(),
    })
    fc.assert(
      fc.property(fc.array(figure, { minLength: 1, maxLength: 130 }), (figures) => {
        const html = draw(figures.map((one) => ({ ...one, label: 'L', name: 'N', shown: 'S' })))
        const numbers = (pattern: RegExp) => Array.from(html.matchAll(pattern), ([, number]) => Number(number))
        assert.ok(numbers(/ (?:x|cx)="(-?[\d.]+)%"/g).every((x) => x >= 0 && x <= 100))
        assert.ok(numbers(/ (?:y|cy)="(-?[\d.]+)"/g).every((y) => y >= 0 && y <= 168))
        assert.ok(numbers(/ (?:width|height)="(-?[\d.]+)/g).every((size) => size >= 0))
        assert.not.match(html, /NaN|Infinity|e-/)
      }),
    )
  })
}

test('a line goes from its first figure to its last, through the highest and the lowest', () => {
  const html = renderToString(<LineChart {...props} points={MONTHS} />)
  assert.match(html, '<path d="m0 96l500 -96l500 48"></path>')
  assert.match(html, '<circle cx="100%" cy="72" r="4" class="now"></circle>')
  assert.match(html, /text-anchor="middle"[^>]*>1,000\.00 EUR</)
  assert.match(html, /text-anchor="start"[^>]*>400\.00 EUR</)
})

test('bars begin at zero, also those below it', () => {
  const html = renderToString(<BarChart {...props} bars={MONTHS} />)
  assert.equal(
    Array.from(html.matchAll(/<rect[^>]* height="([\d.]+)"/g), ([, height]) => Number(height)),
    [38.4, 96, 67.2],
  )
  const debt = renderToString(
    <BarChart {...props} bars={MONTHS.map((bar) => ({ ...bar, value: bar.value - 70_000 }))} />,
  )
  assert.match(debt, '<line x1="0" x2="100%" y1="72" y2="72" class="rule"></line>')
})

test('labels that would touch give way, those nearest to now stay', () => {
  const days = Array.from({ length: 60 }, (_, day) => ({
    label: `D${day}`,
    name: `Day ${day}`,
    value: day,
    shown: `${day}`,
  }))
  const html = renderToString(<BarChart {...props} bars={days} />)
  const labels = Array.from(html.matchAll(/<text[^>]*>(D\d+)</g), ([, label]) => label)
  assert.ok(labels.length < 30)
  assert.is(labels.at(-1), 'D59')
  assert.match(html, / class="wide">D/)
})

test.run()
