/** `<Include>`: the typed place of a fragment on a page. It renders a token; `render()` turns it into an SSI directive. */
import { createContext, type VNode } from 'preact'
import { useContext } from 'preact/hooks'
import type { Fragment } from './fragment.ts'

declare const type: unique symbol

/** A value that is not known when a layout is rendered, since it is in the visitor's URL: an SSI variable. */
export interface Slot<T> {
  readonly slot: string
  readonly [type]?: T
}

/** An include as it was written: the route and its inputs, each a value or a slot. */
export interface IncludeCall {
  readonly src: string
  readonly params: Readonly<Record<string, IncludeValue>>
  /** Its status, redirect and cookies become the page's. */
  readonly primary: boolean
}

type IncludeValue = string | number | boolean | Slot<unknown> | undefined

/** Gathers the includes of one render and gives each its token. */
export interface IncludeCollector {
  add(call: IncludeCall): string
}

export const Includes = createContext<IncludeCollector | undefined>(undefined)

type Props<I> = { [K in keyof I]: I[K] | Slot<I[K]> }
export type IncludeProps<F> = F extends Fragment<infer R, infer I> ? { src: R; primary?: boolean } & Props<I> : never

/** `<Include<typeof recent> src="/_/payments/recent" limit={5} />`: a wrong route, input or type does not compile. */
export function Include<F extends Fragment>(props: IncludeProps<F>): VNode
export function Include({ src, primary = false, ...params }: { src: string; primary?: boolean }): VNode {
  const collector = useContext(Includes)
  if (!collector) throw new Error(`<Include src="${src}"> outside of render(): nothing would assemble it.`)
  return <>{collector.add({ src, primary, params })}</>
}

/** The internal address of a fragment, which only nginx asks. */
export function internalRoute(route: string): string {
  return route.replace(/^\/_\//, '/_i/')
}

/** `<!--# include virtual="/_i/payments/list?cursor=$q_cursor&limit=5" -->` */
export function includeDirective(call: IncludeCall): string {
  return ssiInclude(`${internalRoute(call.src)}${includeQuery(call.params)}`)
}

export function ssiInclude(address: string): string {
  return `<!--# include virtual="${address}" -->`
}

/** `?limit=5&cursor=$q_cursor`; empty without parameters. encodeURIComponent leaves no `$`, `"` or `-->` in a value. */
export function includeQuery(params: IncludeCall['params']): string {
  const pairs = Object.entries(params)
    .filter(([, value]) => value !== undefined)
    .map(
      ([name, value]) =>
        `${name}=${isSlot(value) ? `$${slotVariable(value.slot)}` : encodeURIComponent(String(value))}`,
    )
  return pairs.length ? `?${pairs.join('&')}` : ''
}

export function isSlot(value: unknown): value is Slot<unknown> {
  return typeof value === 'object' && value !== null && 'slot' in value
}

/** The nginx variable that carries a page's input through a request. */
function slotVariable(input: string): string {
  return `q_${input}`
}
