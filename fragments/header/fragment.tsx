/** Header: where one can go from here. Everything this micro-frontend gives to pages. */
export { bar } from './bar.tsx'
