/** The style sheet's files in their order: what comes later may refine what came before. */
import { join } from 'node:path'

const ORDER = [
  'tokens',
  'base',
  'page',
  'card',
  'list',
  'status',
  'field',
  'button',
  'notice',
  'facts',
  'dialog',
  'print',
]

export const STYLES = ORDER.map((name) => join(import.meta.dirname, `${name}.css`))
