import { job } from '#kit'
import { repeatEvery } from '#kit/job.ts'
import { moveRates } from './store.ts'

/** The largest move of one minute, as a share. */
const STEP = 0.0004

/** The market of the demonstration: once a minute each rate walks a small step. */
export const ticker = job(
  'rates-ticker',
  repeatEvery('1m', ({ db }) =>
    moveRates(db, Object.fromEntries(['USD', 'GBP', 'JPY', 'CHF'].map((currency) => [currency, step()]))),
  ),
)

function step(): number {
  return 1 + (Math.random() * 2 - 1) * STEP
}
