/** Payments of the demonstration accounts, for `DEMO=1` or loopback only. The same every time, but for the dates. */
import type { Sql } from '#kit/database.ts'
import { type Currency, decimalsOf } from '#kit/money.ts'
import type { Payment, State } from './payments.ts'
import { addHistory, listPayments } from './store.ts'

/** The customers that the auth folder seeds under these ids. Folders do not import each other. */
const ALICE = 'a11ce000-0000-4000-8000-000000000001'
const BOB = 'b0b00000-0000-4000-8000-000000000002'

const DAY = 86_400_000
const TWO_YEARS = 730 * DAY
const CHUNK = 1_000

/** Name, what for, currency, and the usual amount in whole units. */
const PAYEES: readonly (readonly [payee: string, description: string, currency: Currency, units: number])[] = [
  ['Nordlys Energi', 'Electricity, invoice', 'EUR', 96],
  ['Huis & Haard Verhuur', 'Rent', 'EUR', 1_480],
  ['Waterbedrijf Oost', 'Customer 3381-204', 'EUR', 47],
  ['Stadsfiets', 'Season ticket', 'EUR', 12],
  ['Boulangerie Perrin', 'Standing order, bread', 'EUR', 9],
  ['Émile Fournier', 'Piano lessons', 'EUR', 52],
  ['Kruidentuin Markt', 'Vegetable box', 'EUR', 24],
  ['Café Lumière', 'Shared lunch', 'EUR', 18],
  ['Zorgverzekering Anker', 'Health insurance', 'EUR', 138],
  ['Spoorlijn', 'Monthly pass', 'EUR', 79],
  ['Bibliotheek Oost', 'Membership', 'EUR', 55],
  ['Apotheke am Ring', 'Prescription', 'EUR', 14],
  ['Garage De Wilg', 'Service and tyres', 'EUR', 310],
  ['Jonas Weber', 'Concert tickets', 'EUR', 64],
  ['Fibra Telecom', 'Internet, invoice', 'EUR', 39],
  ['Atelier Nguyễn', 'Frame for the print', 'EUR', 120],
  ['Harlow & Pike LLP', 'Fee note', 'GBP', 640],
  ['The Quiet Press', 'Subscription', 'GBP', 11],
  ['Delmore Web Hosting', 'Plan S', 'USD', 12],
  ['Prairie Seed Co.', 'Order', 'USD', 43],
  ['Seilbahn Grünhorn', 'Day tickets', 'CHF', 118],
  ['Kyoto Paper Works', 'Order, washi', 'JPY', 8_800],
]
const REASONS = ['There is not enough money on your account.', 'The payee’s bank refused it.']

/** Once: where Alice has payments already, nothing is added. */
export async function seed(sql: Sql): Promise<void> {
  const known = await listPayments(sql, ALICE, {}, undefined, 1)
  if (known.length > 0) return
  const random = createRandom(20_261_123)
  const now = Date.now()
  const payments = [
    ...Array.from({ length: 4_999 }, () => inventPayment(ALICE, now - random() * TWO_YEARS, random)),
    largePayment(now),
    ...Array.from({ length: 40 }, () => inventPayment(BOB, now - random() * TWO_YEARS, random)),
  ]
  for (let start = 0; start < payments.length; start += CHUNK) {
    await addHistory(sql, payments.slice(start, start + CHUNK))
  }
}

function inventPayment(userId: string, time: number, random: () => number): Payment {
  // Raised to a power, so that the first payees of the list are paid more often than the last.
  const [payee, what, currency, units] = PAYEES[Math.floor(random() ** 1.4 * PAYEES.length)] ?? ['', '', 'EUR', 1]
  const usual = units * 10 ** decimalsOf(currency)
  const state = inventState(random())
  return {
    id: inventId(random),
    userId,
    amount: Math.max(1, Math.round(usual * (0.7 + random() * 0.6))),
    currency,
    payee,
    description: random() < 0.5 ? what : `${what} ${1_000 + Math.floor(random() * 9_000)}`,
    state,
    reason: state === 'failed' ? (REASONS[Math.floor(random() * REASONS.length)] ?? null) : null,
    createdAt: new Date(Math.floor(time - DAY / 24)),
    dueAt: null,
  }
}

/** One that is still to be sent, so that there is something to cancel. */
function largePayment(now: number): Payment {
  return {
    id: '5e1ed6e0-0000-4000-8000-000000000001',
    userId: ALICE,
    amount: 1_250_000,
    currency: 'EUR',
    payee: 'Notariaat Van Dijk',
    description: 'Deposit, Kastanjelaan 12',
    state: 'submitted',
    reason: null,
    createdAt: new Date(now),
    dueAt: new Date(now + 10 * 60_000),
  }
}

function inventState(chance: number): State {
  if (chance < 0.94) return 'completed'
  return chance < 0.98 ? 'failed' : 'cancelled'
}

/** A well-formed version 4 UUID. */
function inventId(random: () => number): string {
  const hex = (length: number) => Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('')
  return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`
}

/** Mulberry32: small, and the same sequence for the same start. */
function createRandom(start: number): () => number {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
