/** What a developer sees and sets: the declarations, what was made to fail, what is asked elsewhere, what is wrong. */
import type { News } from './events.ts'
import { FAULTS, type Fault } from './faults.ts'
import type { Faults, Started } from './messages.ts'
import type { Overrides } from './overrides.ts'
import type { Report } from './report.ts'

export interface Desk {
  readonly origin: string
  /** The generation that is served; 0 before the first. */
  generation: number
  /** Undefined until the services have started for the first time. */
  started: Started | undefined
  faults: Faults
  overrides: Overrides
  problem: Report | undefined
}

export function newsOf({ generation, problem }: Desk): News {
  return { generation, problem: problem ?? null }
}

/** Everything that can be overridden: fragments as `mfe/name`, and MFEs. */
export function placesOf({ started }: Desk): string[] {
  const fragments = started?.site.fragments ?? []
  return [...fragments.map(({ mfe, name }) => `${mfe}/${name}`), ...new Set(fragments.map(({ mfe }) => mfe))]
}

export function isFault(text: string): text is Fault {
  return FAULTS.some((fault) => fault === text)
}

/** A copy with the key set, or without it. */
export function withEntry<T>(
  record: Readonly<Record<string, T>>,
  key: string,
  value: T | undefined,
): Record<string, T> {
  const { [key]: _, ...others } = record
  return value === undefined ? others : { ...others, [key]: value }
}
