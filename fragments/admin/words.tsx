/** What states and roles are called, and how a state looks. */
import type { VNode } from 'preact'
import type { Account, Payment } from './neighbours.ts'

type State = Account['state'] | Payment['state']

/** `locked` → `Locked` */
export function capitalise(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1)
}

export function Status({ state }: { state: State }): VNode {
  return <span data-status={state}>{capitalise(state)}</span>
}

/** Choices of a filter: all, and each of these. */
export function choicesOf(words: readonly string[]): { value: string; label: string }[] {
  return [{ value: '', label: 'All' }, ...words.map((word) => ({ value: word, label: capitalise(word) }))]
}

/** `1 payment`, `2,000 payments` */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

export function formatCount(count: number): string {
  return grouped.format(count)
}

const grouped = new Intl.NumberFormat('en-GB')
