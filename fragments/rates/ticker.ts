import { setTimeout as sleep } from 'node:timers/promises'
import { job } from '#kit'
import { moveRates } from './store.ts'

const EVERY_MS = 60_000
/** The largest move of one minute, as a share. */
const STEP = 0.0004

/** The market of the demonstration: once a minute each rate walks a small step. */
export const ticker = job('rates-ticker', async ({ db, log, signal }) => {
  while (await waited(EVERY_MS, signal)) {
    const factors = Object.fromEntries(['USD', 'GBP', 'JPY', 'CHF'].map((currency) => [currency, step()]))
    await moveRates(db, factors).catch((error: unknown) => log.warn({ err: error }, 'rates did not move'))
  }
})

function step(): number {
  return 1 + (Math.random() * 2 - 1) * STEP
}

/** True after the time, false at once when `signal` aborts. */
async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  return sleep(ms, true, { signal }).catch(() => false)
}
