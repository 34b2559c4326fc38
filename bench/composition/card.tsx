/** What every contestant shows: one document, cards of about 1 kB, and the card that stands in for one that failed. */
import { renderToString } from 'preact-render-to-string'

const ROWS = 7

/** The same number gives the same bytes, whoever renders it. */
export function Card({ n }: { readonly n: number }) {
  return (
    <section class="card" id={`card-${n}`} aria-labelledby={`title-${n}`}>
      <h2 id={`title-${n}`}>Account {n}</h2>
      <p>
        Balance <b class="amount">{amount(n * 7_919)}</b> EUR
      </p>
      <table>
        <tbody>
          {Array.from({ length: ROWS }, (_, row) => (
            <tr key={row}>
              <td>{2_000 + ((n * 31 + row * 17) % 900)}</td>
              <td>
                <a href={`/payments/${n}-${row}`}>Payment to Company {((n * row) % 97) + 1}</a>
              </td>
              <td class="amount">{amount(n * 1_237 + row * 7_411)}</td>
              <td>EUR</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

export function Fallback() {
  return (
    <section class="card fallback">
      <h2>This takes a moment</h2>
      <p>Nothing is lost. Reload the page to try again.</p>
    </section>
  )
}

/** Minor units. */
function amount(cents: number): string {
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`
}

export const FALLBACK = renderToString(<Fallback />)

export const BEFORE = `<!doctype html><html lang="en"><head><meta charset="utf-8"/><title>Cards</title><style>${style()}</style></head><body><header><a href="/">Cards</a></header><main>`
export const AFTER = '</main><footer><p>Of the bench.</p></footer></body></html>'

export function cardHtml(n: number): string {
  return renderToString(<Card n={n} />)
}

/** About as much as a page of the portal carries. */
function style(): string {
  const rule = (name: string, value: number) => `.${name}-${value}{margin:${value}px;padding:${value * 2}px}`
  return [
    'body{font:1rem/1.5 system-ui;max-width:60rem;margin:0 auto}',
    '.amount{text-align:right;font-variant-numeric:tabular-nums}',
    ...Array.from({ length: 30 }, (_, index) => rule('space', index)),
  ].join('')
}
