/** Exchange rates: public, cached for everybody, tagged `rates`. */
export { board } from './board.tsx'
export { table } from './table.tsx'
export { ticker } from './ticker.ts'
