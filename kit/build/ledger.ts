/** What browsers load, in bytes, and what it may be. A build that is over budget does not start. */
import { DefinitionError } from '../errors.ts'
import type { Site } from '../site.ts'
import { nestedFragments } from '../styles.ts'
import { compress } from './output.ts'

export interface Weight {
  readonly bytes: number
  /** As it travels: compressed, but for pictures. */
  readonly brotli: number
}

export interface AssetWeight extends Weight {
  readonly name: string
  readonly budget: number | undefined
}

/** Bytes as they travel. */
export const BUDGETS = {
  loader: 600,
  style: 2_600,
  fragmentStyle: 1_000,
  preact: 7_000,
  island: 2_000,
  /** Loader, Preact and all islands that a page may have. */
  pageScripts: 12_000,
  /** A picture in its widest form, and in the one for browsers that know neither AVIF nor WebP. */
  picture: 150_000,
  plainPicture: 300_000,
} as const

export function weigh(name: string, content: string | Buffer, budget?: number): AssetWeight {
  return { name, bytes: Buffer.byteLength(content), brotli: compress(content).length, budget }
}

export function addWeights(weights: readonly Weight[]): Weight {
  return {
    bytes: weights.reduce((sum, { bytes }) => sum + bytes, 0),
    brotli: weights.reduce((sum, { brotli }) => sum + brotli, 0),
  }
}

/** All scripts of each page, heaviest first: what its fragments, and those within them, may ask for. */
export function weighPages(
  { pages, fragments }: Pick<Site, 'pages' | 'fragments'>,
  weighScripts: (routes: readonly string[]) => Weight,
): AssetWeight[] {
  return pages
    .map(({ route, includes }) => {
      const named = includes.map(({ fragment }) => fragment)
      const routes = nestedFragments(named, fragments).map(({ route }) => route)
      return { name: `scripts of ${route}`, ...weighScripts(routes), budget: BUDGETS.pageScripts }
    })
    .sort((one, other) => other.brotli - one.brotli)
}

/** Throws for the first file that is too heavy. */
export function enforceBudgets(ledger: readonly AssetWeight[]): void {
  for (const { name, brotli, budget } of ledger) {
    if (budget === undefined || brotli <= budget) continue
    throw new DefinitionError(
      name,
      `it weighs ${count(brotli)} B compressed, and its budget is ${count(budget)} B`,
      'Leave out what it can do without: the server may do it, and what few pages need belongs in a file of its own.',
    )
  }
}

/** One line a file, for the terminal. */
export function describeLedger(ledger: readonly AssetWeight[]): string {
  const rows = [
    ['what browsers load', 'bytes', 'brotli', 'budget'],
    ...ledger.map(({ name, bytes, brotli, budget }) => [
      name,
      count(bytes),
      count(brotli),
      budget === undefined ? '' : count(budget),
    ]),
  ]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row.map((cell, column) => (column ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))),
    )
    .map((cells) => cells.join('  ').trimEnd())
    .join('\n')
}

function count(bytes: number): string {
  return bytes.toLocaleString('en')
}
