/** `island()` marks a component that hydrates in the browser, `<Island>` is its place in a fragment's HTML. */
import { type ComponentChild, type ComponentType, h } from 'preact'
import { useAssets } from './assets.ts'

/** When the island's code is fetched. Focus or a pointer on it always does; Save-Data waits for just that. */
export type Trigger = 'load' | 'idle' | 'visible' | 'touch' | `(${string})`

export type IslandComponent<P> = ComponentType<P> & { readonly source: string }

/** `export default island(import.meta, Filter)` in `filter.island.tsx`: the build finds the file, the render its address. */
export function island<P extends object>(meta: { url: string }, component: ComponentType<P>): IslandComponent<P> {
  return Object.assign(component, { source: meta.url })
}

interface IslandProps<P> {
  of: IslandComponent<P>
  when?: Trigger
  /** Must survive JSON: it travels in the page. */
  props: P
}

/**
 * Server-rendered at once, hydrated when triggered. The properties come last inside the element, so that a loader
 * which sees them knows that everything before has arrived (withastro/astro#8178).
 */
export function Island<P extends object>({ of, when = 'visible', props }: IslandProps<P>): ComponentChild {
  const assets = useAssets('<Island>')
  const json = escapeJson(JSON.stringify(props))
  return h(
    'x-i',
    { src: assets.islandUrl(of.source), when },
    h(of, props),
    h('script', { type: 'application/json', dangerouslySetInnerHTML: { __html: json } }),
  )
}

/** JSON that cannot end its script element, open a comment, or break a line where JavaScript would. */
function escapeJson(json: string): string {
  return json.replace(/[<\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
