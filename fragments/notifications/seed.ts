/** Notes of the demonstration accounts, for `DEMO=1` or loopback only. */
import type { Sql } from '#kit/database.ts'
import { type News, tell } from './notes.ts'
import { listNotes, markAllRead } from './store.ts'

/** The customers that the auth folder seeds under these ids. Folders do not import each other. */
const ALICE = 'a11ce000-0000-4000-8000-000000000001'
const BOB = 'b0b00000-0000-4000-8000-000000000002'

const DAY = 86_400_000
const STAYS = 'The money stays on your account.'
const REFUSED = `The payee’s bank refused it. ${STAYS}`

/**
 * Of payments that the payments folder seeds under these numbers, at these times. Folders do not import each other;
 * `fragments/seeds.test.ts` compares them.
 */
type Line = readonly [
  number: number,
  daysAgo: number,
  time: string,
  state: 'completed' | 'failed' | 'cancelled',
  what: string,
  body?: string,
]

const READ: Readonly<Record<string, readonly Line[]>> = {
  [ALICE]: [
    [101, 37, '09:12', 'completed', '148.00\u00a0EUR to Huis & Haard Verhuur'],
    [102, 26, '20:45', 'cancelled', '64.00\u00a0EUR to Jonas Weber', STAYS],
    [103, 17, '08:03', 'completed', '11.20\u00a0GBP to The Quiet Press'],
    [
      104,
      7,
      '12:31',
      'failed',
      '310.00\u00a0EUR to Garage De Wilg',
      `There is not enough money on your account. ${STAYS}`,
    ],
    [105, 7, '17:58', 'completed', '310.00\u00a0EUR to Garage De Wilg'],
    [106, 3, '10:26', 'completed', '8,800\u00a0JPY to Kyoto Paper Works'],
  ],
  [BOB]: [
    [109, 29, '07:40', 'completed', '79.00\u00a0EUR to Spoorlijn'],
    [110, 8, '19:15', 'failed', '7.50\u00a0EUR to Café Lumière', REFUSED],
  ],
}

const UNREAD: Readonly<Record<string, readonly Line[]>> = {
  [ALICE]: [
    [107, 2, '15:07', 'completed', '46.40\u00a0USD to Prairie Seed Co.'],
    [108, 1, '18:20', 'failed', '52.00\u00a0EUR to Émile Fournier', REFUSED],
  ],
}

const ENDED = { completed: 'has arrived', failed: 'was not sent', cancelled: 'was cancelled' } as const

/** Once: where Alice was told something already, nothing is added. */
export async function seed(sql: Sql): Promise<void> {
  const known = await listNotes(sql, ALICE, undefined, 1)
  if (known.length > 0) return
  const now = Date.now()
  await tell(sql, newsOf(READ, now))
  for (const userId of [ALICE, BOB]) await markAllRead(sql, userId, Number.MAX_SAFE_INTEGER)
  await tell(sql, newsOf(UNREAD, now))
}

function newsOf(lines: typeof READ, now: number): News[] {
  return Object.entries(lines).flatMap(([userId, told]) =>
    told.map(([number, daysAgo, time, state, what, body = '']) => {
      const id = `5e1ed6e0-0000-4000-8000-${String(number).padStart(12, '0')}`
      const day = new Date(now - daysAgo * DAY).toISOString().slice(0, 10)
      return {
        userId,
        event: `payment.${state}:${id}`,
        title: `${what} ${ENDED[state]}.`,
        body,
        href: `/payments/${id}`,
        // Seeded payments end six seconds after they were ordered.
        at: new Date(`${day}T${time}:06Z`),
      }
    }),
  )
}
