/** How a fragment is tried on its page of `/_dev`: with which inputs, at which width. */
import type { CatalogueEntry } from './catalogue.ts'

export const WIDTHS = [320, 360, 768, 1280] as const
const FIRST_WIDTH = 360
const [NARROWEST, WIDEST] = [160, 3_840]

export interface Trial {
  /** As typed; an empty one is not given. */
  readonly inputs: Readonly<Record<string, string>>
  /** CSS pixels. */
  readonly width: number
}

/** From the address of the page. An own width goes before a usual one. */
export function readTrial(query: URLSearchParams, { inputs }: Pick<CatalogueEntry, 'inputs'>): Trial {
  const asked = Number(query.get('own') || query.get('width') || FIRST_WIDTH)
  const width = Number.isFinite(asked) ? Math.round(Math.min(WIDEST, Math.max(NARROWEST, asked))) : FIRST_WIDTH
  return { width, inputs: Object.fromEntries(inputs.map(({ name }) => [name, query.get(`in.${name}`) ?? ''])) }
}

/** The query that the fragment is asked with. */
export function queryOf({ inputs }: Trial): string {
  const given = Object.entries(inputs).filter(([, value]) => value !== '')
  return given.length ? `?${new URLSearchParams(given)}` : ''
}

/** The same trial with one input changed, as the address of its page. */
export function addressWith(place: string, trial: Trial, name: string, value: string): string {
  const inputs = Object.entries({ ...trial.inputs, [name]: value }).filter(([, given]) => given !== '')
  const query = new URLSearchParams(inputs.map(([key, given]) => [`in.${key}`, given]))
  query.set('width', String(trial.width))
  return `/_dev/fragments/${place}?${query}`
}
