/** Notes of the demonstration accounts, for `DEMO=1` or loopback only. */
import type { Sql } from '#kit/database.ts'
import { type News, tell } from './notes.ts'
import { listNotes, markAllRead } from './store.ts'

/** The customers that the auth folder seeds under these ids. Folders do not import each other. */
const ALICE = 'a11ce000-0000-4000-8000-000000000001'
const BOB = 'b0b00000-0000-4000-8000-000000000002'

const HOUR = 3_600_000
const STAYS = 'The money stays on your account.'

type Line = readonly [hoursAgo: number, title: string, body: string]

const READ: Readonly<Record<string, readonly Line[]>> = {
  [ALICE]: [
    [900, '1,480.00\u00a0EUR to Huis & Haard Verhuur has arrived.', ''],
    [640, '64.00\u00a0EUR to Jonas Weber was cancelled.', STAYS],
    [420, '11.20\u00a0GBP to The Quiet Press has arrived.', ''],
    [170, '310.00\u00a0EUR to Garage De Wilg was not sent.', `There is not enough money on your account. ${STAYS}`],
    [166, '310.00\u00a0EUR to Garage De Wilg has arrived.', ''],
    [50, '8,800\u00a0JPY to Kyoto Paper Works has arrived.', ''],
  ],
  [BOB]: [
    [700, '79.00\u00a0EUR to Spoorlijn has arrived.', ''],
    [200, '52.00\u00a0EUR to Émile Fournier was not sent.', `The payee’s bank refused it. ${STAYS}`],
  ],
}

const UNREAD: Readonly<Record<string, readonly Line[]>> = {
  [ALICE]: [
    [26, '96.40\u00a0EUR to Nordlys Energi has arrived.', ''],
    [5, '18.00\u00a0EUR to Café Lumière was not sent.', `The payee’s bank refused it. ${STAYS}`],
  ],
}

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
    told.map(([hoursAgo, title, body]) => ({
      userId,
      event: `demonstration:${hoursAgo}`,
      title,
      body,
      href: '/payments',
      at: new Date(now - hoursAgo * HOUR),
    })),
  )
}
