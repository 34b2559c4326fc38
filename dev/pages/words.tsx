/** How declarations and states are said. */
import type { VNode } from 'preact'
import type { CatalogueEntry } from '../catalogue.ts'
import type { Desk } from '../desk.ts'

export function sayCache(cache: CatalogueEntry['cache']): string {
  if (!cache) return 'never'
  return cache.stale ? `${cache.seconds} s, stale for ${cache.stale} s more` : `${cache.seconds} s`
}

export function StateOf({ entry: { mfe, name }, desk }: { entry: CatalogueEntry; desk: Desk }): VNode {
  const fault = desk.faults[`${mfe}/${name}`]
  const address = desk.overrides[`${mfe}/${name}`] ?? desk.overrides[mfe]
  if (address) return <span data-status="submitted">asked at {address}</span>
  return fault ? <span data-status="failed">made {fault}</span> : <span data-status="completed">well</span>
}
