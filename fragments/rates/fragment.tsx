/** Exchange rates: public, the same for everybody, tagged `rates`. */
export { listRates } from './api.ts'
export { board } from './board.tsx'
export { converter } from './converter.tsx'
export { history } from './history.tsx'
export { table } from './table.tsx'
export { ticker } from './ticker.ts'
