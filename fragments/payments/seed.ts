/** Payments of the demonstration accounts, for `DEMO=1` or loopback only. The same every time, but for the dates. */
import type { Sql } from '#kit/database.ts'
import { type Currency, decimalsOf } from '#kit/money.ts'
import type { PastPayment, State } from './payments.ts'
import { addHistory, listPayments } from './store.ts'
import { addCredits, type Credit } from './sums.ts'

/** The customers that the auth folder seeds under these ids. Folders do not import each other. */
const ALICE = 'a11ce000-0000-4000-8000-000000000001'
const BOB = 'b0b00000-0000-4000-8000-000000000002'

const DAY = 86_400_000
const TWO_YEARS = 730 * DAY
const CHUNK = 1_000

/** What is paid now and then: name, what for (# is a number), currency, the usual amount in whole units, times a month. */
const EVERYDAY: readonly (readonly [payee: string, what: string, currency: Currency, units: number, times: number])[] =
  [
    ['Stadsfiets', 'Ride', 'EUR', 3, 52],
    ['Boulangerie Perrin', 'Bread', 'EUR', 5, 42],
    ['Café Lumière', 'Coffee', 'EUR', 7, 36],
    ['Kruidentuin Markt', 'Vegetable box', 'EUR', 17, 22],
    ['Bibliotheek Oost', 'Copies', 'EUR', 2, 8],
    ['Jonas Weber', 'Shared lunch', 'EUR', 18, 8],
    ['Apotheke am Ring', 'Prescription #', 'EUR', 14, 6],
    ['Émile Fournier', 'Piano lesson', 'EUR', 52, 4],
    ['Garage De Wilg', 'Service and tyres, invoice #', 'EUR', 310, 0.2],
    ['Atelier Nguyễn', 'Frame for the print', 'EUR', 120, 0.4],
    ['Harlow & Pike LLP', 'Fee note #', 'GBP', 140, 0.6],
    ['The Quiet Press', 'Subscription', 'GBP', 11, 3],
    ['Delmore Web Hosting', 'Plan S', 'USD', 12, 4],
    ['Prairie Seed Co.', 'Order #', 'USD', 43, 2],
    ['Seilbahn Grünhorn', 'Day ticket', 'CHF', 38, 2],
    ['Kyoto Paper Works', 'Order #, washi', 'JPY', 3_800, 2],
  ]
/** What is paid every month in EUR: day, name, what for, whole units. */
const MONTHLY: readonly (readonly [day: number, payee: string, what: string, units: number])[] = [
  [1, 'Huis & Haard Verhuur', 'Rent', 1_480],
  [3, 'Zorgverzekering Anker', 'Health insurance', 138],
  [5, 'Spoorlijn', 'Monthly pass', 79],
  [8, 'Fibra Telecom', 'Internet, invoice', 39],
  [12, 'Nordlys Energi', 'Electricity, invoice', 96],
  [18, 'Waterbedrijf Oost', 'Customer 3381-204', 22],
]
const MONTHS = 24
/**
 * What the notifications folder tells of. The same payments are in its seed, since folders do not import each other;
 * `fragments/seeds.test.ts` compares them. The number is the end of the payment's id.
 */
const TOLD: readonly (readonly [
  number: number,
  userId: string,
  daysAgo: number,
  time: string,
  payee: string,
  what: string,
  currency: Currency,
  amount: number,
  state: State,
])[] = [
  [101, ALICE, 37, '09:12', 'Huis & Haard Verhuur', 'New locks', 'EUR', 148_00, 'completed'],
  [102, ALICE, 26, '20:45', 'Jonas Weber', 'Concert ticket', 'EUR', 64_00, 'cancelled'],
  [103, ALICE, 17, '08:03', 'The Quiet Press', 'Subscription', 'GBP', 11_20, 'completed'],
  [104, ALICE, 7, '12:31', 'Garage De Wilg', 'Service and tyres, invoice 7204', 'EUR', 310_00, 'failed'],
  [105, ALICE, 7, '17:58', 'Garage De Wilg', 'Service and tyres, invoice 7204', 'EUR', 310_00, 'completed'],
  [106, ALICE, 3, '10:26', 'Kyoto Paper Works', 'Order 2281, washi', 'JPY', 8_800, 'completed'],
  [107, ALICE, 2, '15:07', 'Prairie Seed Co.', 'Order 5190', 'USD', 46_40, 'completed'],
  [108, ALICE, 1, '18:20', 'Émile Fournier', 'Piano lesson', 'EUR', 52_00, 'failed'],
  [109, BOB, 29, '07:40', 'Spoorlijn', 'Monthly pass', 'EUR', 79_00, 'completed'],
  [110, BOB, 8, '19:15', 'Café Lumière', 'Coffee', 'EUR', 7_50, 'failed'],
]
/** What comes in every month, and what was there or came in once, so many days ago. Whole units. */
const INCOME = [
  { userId: ALICE, day: 25, source: 'Vandenberg & Zonen', description: 'Salary', units: 3_640 },
  { userId: BOB, day: 2, source: 'Robert Lindqvist', description: 'From my other account', units: 140 },
] as const
const TRANSFERS: readonly (readonly [
  userId: string,
  days: number,
  currency: Currency,
  units: number,
  source: string,
])[] = [
  [ALICE, 731, 'EUR', 4_200, 'Opening balance'],
  [ALICE, 9, 'EUR', 13_000, 'Savings account'],
  [ALICE, 731, 'GBP', 2_900, 'Opening balance'],
  [ALICE, 240, 'GBP', 600, 'Blackwood Studios'],
  [ALICE, 731, 'USD', 3_400, 'Opening balance'],
  [ALICE, 731, 'CHF', 2_600, 'Opening balance'],
  [ALICE, 731, 'JPY', 240_000, 'Opening balance'],
  [BOB, 731, 'EUR', 900, 'Opening balance'],
  [BOB, 731, 'GBP', 400, 'Opening balance'],
  [BOB, 731, 'USD', 250, 'Opening balance'],
  [BOB, 731, 'CHF', 200, 'Opening balance'],
  [BOB, 731, 'JPY', 20_000, 'Opening balance'],
]
const REASONS = ['There is not enough money on your account.', 'The payee’s bank refused it.'] as const

/** Once: where Alice has payments already, nothing is added. Nobody is overdrawn at the end. */
export async function seed(sql: Sql): Promise<void> {
  const known = await listPayments(sql, ALICE, {}, undefined, 1)
  if (known.length > 0) return
  const random = createRandom(20_261_123)
  const now = Date.now()
  const regular = MONTHLY.flatMap((standing) => standingOrder(ALICE, standing, now, random))
  const told = TOLD.map((entry) => toldPayment(entry, now))
  const toldTo = (userId: string) => told.filter((payment) => payment.userId === userId).length
  const invent = (userId: string, length: number) =>
    Array.from({ length }, () => inventPayment(userId, now - random() * TWO_YEARS, random))
  const payments = [
    ...regular,
    ...invent(ALICE, 4_999 - regular.length - toldTo(ALICE)),
    largePayment(now),
    ...invent(BOB, 40 - toldTo(BOB)),
    ...told,
  ]
  for (let start = 0; start < payments.length; start += CHUNK) {
    await addHistory(sql, payments.slice(start, start + CHUNK))
  }
  await addCredits(sql, inventCredits(now, random))
}

function inventPayment(userId: string, time: number, random: () => number): PastPayment {
  const [payee, what, currency, units] = pickEveryday(random())
  const usual = units * 10 ** decimalsOf(currency)
  return {
    ...settled(inventState(random()), random),
    id: inventId(random),
    userId,
    amount: Math.max(1, Math.round(usual * (0.7 + random() * 0.6))),
    currency,
    payee,
    description: what.replace('#', String(1_000 + Math.floor(random() * 9_000))),
    createdAt: new Date(Math.floor(time - DAY / 24)),
  }
}

function toldPayment(
  [number, userId, daysAgo, time, payee, description, currency, amount, state]: (typeof TOLD)[number],
  now: number,
): PastPayment {
  const day = new Date(now - daysAgo * DAY).toISOString().slice(0, 10)
  // Not enough money for the garage: what was refused there went through later that day.
  const reason = state === 'failed' ? REASONS[payee.startsWith('Garage') ? 0 : 1] : null
  const id = numberedId(number)
  return {
    id,
    userId,
    amount,
    currency,
    payee,
    description,
    state,
    reason,
    dueAt: null,
    createdAt: new Date(`${day}T${time}Z`),
  }
}

/** `chance` in [0, 1) → what is paid often more often. */
function pickEveryday(chance: number): (typeof EVERYDAY)[number] {
  let left = chance * EVERYDAY.reduce((sum, [, , , , times]) => sum + times, 0)
  for (const entry of EVERYDAY) {
    left -= entry[4]
    if (left < 0) return entry
  }
  throw new RangeError(`${chance} is not below 1.`)
}

function standingOrder(
  userId: string,
  [day, payee, description, units]: (typeof MONTHLY)[number],
  now: number,
  random: () => number,
): PastPayment[] {
  return lastDates(day, now).map((createdAt) => ({
    ...settled('completed', random),
    id: inventId(random),
    userId,
    amount: units * 100,
    currency: 'EUR',
    payee,
    description,
    createdAt,
  }))
}

function inventCredits(now: number, random: () => number): Credit[] {
  const regular = INCOME.flatMap(({ userId, day, source, description, units }) =>
    lastDates(day, now).map((createdAt) => ({
      id: inventId(random),
      userId,
      amount: units * 100,
      currency: 'EUR' as const,
      source,
      description,
      createdAt,
    })),
  )
  const single = TRANSFERS.map(([userId, days, currency, units, source]) => ({
    id: inventId(random),
    userId,
    amount: units * 10 ** decimalsOf(currency),
    currency,
    source,
    description: '',
    createdAt: new Date(now - days * DAY),
  }))
  return [...regular, ...single]
}

/** The last times that it was this day of a month, at six in the morning: always equally many. */
function lastDates(day: number, now: number): Date[] {
  const today = new Date(now)
  const at = (months: number) => new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - months, day, 6))
  const first = at(0).getTime() > now ? 1 : 0
  return Array.from({ length: MONTHS }, (_, months) => at(months + first))
}

function settled(state: State, random: () => number): Pick<PastPayment, 'state' | 'reason' | 'dueAt'> {
  return { state, reason: state === 'failed' ? inventReason(random()) : null, dueAt: null }
}

function inventReason(chance: number): string | null {
  return REASONS[Math.floor(chance * REASONS.length)] ?? null
}

/** One that is still to be sent, so that there is something to cancel. */
function largePayment(now: number): PastPayment {
  return {
    id: numberedId(1),
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

/** An id that other folders and tests can name. */
function numberedId(number: number): string {
  return `5e1ed6e0-0000-4000-8000-${String(number).padStart(12, '0')}`
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
