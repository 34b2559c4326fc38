/** Whether an answer is the page that was asked for. A fast answer that lacks a fragment is a failure. */
import { brotliDecompressSync } from 'node:zlib'
import type { Answer } from './client.ts'
import { type BenchPage, piecesOf } from './pages.ts'

export type Check = (answer: Answer) => boolean

/** All of its cards, each once and in order, the fallback where one is lost, and the end of the document. */
export function checkPage(page: BenchPage): Check {
  const pieces = piecesOf(page)
  const cards = pieces.length
  // Comparing bytes costs the generator nothing; reading the page does, so what was right once is not read again.
  let known: Buffer | undefined
  return ({ status, encoding, body }) => {
    if (status !== 200) return false
    if (known?.equals(body)) return true
    const html = (encoding === 'br' ? brotliDecompressSync(body) : body).toString()
    if (!holdsAll(html, pieces) || countCards(html) !== cards || !html.trimEnd().endsWith('</html>')) return false
    known = body
    return true
  }
}

function holdsAll(html: string, pieces: readonly string[]): boolean {
  let from = 0
  return pieces.every((piece) => {
    const at = html.indexOf(piece, from)
    from = at + piece.length
    return at >= 0
  })
}

function countCards(html: string): number {
  return html.split('<section class="card').length - 1
}
