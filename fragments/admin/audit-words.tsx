/** The audit log in words: what each kind of event is called, whom it names, and what it is about. */
import type { ComponentChild, VNode } from 'preact'
import { z } from '#kit'
import { CURRENCIES, formatMoney } from '#kit/money.ts'
import type { ConsumedBy } from '../../hub/events.ts'
import type { Row } from './audit.ts'
import type { Names } from './neighbours.ts'
import { capitalise, countOf } from './words.tsx'

const KINDS: Readonly<Record<ConsumedBy<'admin'>, string>> = {
  'payment.submitted': 'Payment submitted',
  'payment.processing': 'Payment processing',
  'payment.completed': 'Payment completed',
  'payment.failed': 'Payment failed',
  'payment.cancelled': 'Payment cancelled',
  'user.signed-in': 'Signed in',
  'user.signed-out': 'Signed out',
  'user.password-changed': 'Password changed',
  'user.locked': 'Account locked',
  'user.unlocked': 'Account unlocked',
  'user.closed': 'Account closed',
  'session.revoked': 'Sessions ended',
  'profile.updated': 'Profile changed',
  'security.alert': 'Security alert',
  'deploy.released': 'New release',
  'hub.redriven': 'Events handed back',
  'hub.replayed': 'Events replayed',
}

const names = new Map<string, string>(Object.entries(KINDS))

/** What a person can read of the data of events, whichever kind they are of. */
const Told = z
  .object({
    userId: z.uuid().nullable(),
    amount: z.int(),
    currency: z.enum(CURRENCIES),
    payee: z.string(),
    reason: z.string().nullable(),
    sessions: z.array(z.string()),
    fields: z.array(z.string()),
    severity: z.string(),
    detail: z.string(),
    build: z.string(),
    events: z.array(z.string()),
    count: z.int(),
  })
  .partial()

type Told = z.output<typeof Told>

/** Choices of a filter: all, and each kind. */
export const KIND_CHOICES = [{ value: '', label: 'All' }, ...Array.from(names, ([value, label]) => ({ value, label }))]

/** `payment.completed` → `Payment completed` */
export function nameKind(type: string): string {
  return names.get(type) ?? type
}

/** The accounts that rows name. */
export function accountsOf(rows: readonly Row[]): string[] {
  return rows.flatMap((row) => [row.actor, subjectIsPerson(row, read(row)) ? row.subject : null]).filter(isAccount)
}

/** Whom it names, or else the service that told it. */
export function Who({ row: { actor, source }, names }: { row: Row; names: Names }): ComponentChild {
  return isAccount(actor) ? <Person id={actor} names={names} /> : (actor ?? capitalise(source))
}

/** What happened to whom, or to what: what else there is of that is one step away. */
export function About({ row, names }: { row: Row; names: Names }): VNode {
  const told = read(row)
  const { subject, actor } = row
  const detail = detailOf(told)
  const more = told.reason && <small>“{told.reason}”</small>
  if (!subjectIsPerson(row, told)) {
    return (
      <>
        <a href={`/admin/audit?${new URLSearchParams({ id: subject })}`}>{detail ?? subject}</a> {more}
      </>
    )
  }
  return (
    <>
      {subject === actor ? 'Their own account' : <Person id={subject} names={names} />}{' '}
      {detail && <small>{detail}</small>}
      {more}
    </>
  )
}

function Person({ id, names }: { id: string; names: Names }): VNode {
  return <a href={`/admin/users/${id}`}>{names?.get(id) ?? id}</a>
}

function detailOf({ amount, currency, payee, sessions, fields, ...told }: Told): ComponentChild {
  if (amount !== undefined && currency && payee) return `${formatMoney({ amount, currency })} to ${payee}`
  if (sessions) return countOf(sessions.length, 'session')
  if (fields) return capitalise(fields.join(', '))
  if (told.detail) return `${capitalise(told.severity ?? '')}: ${told.detail}`
  const count = told.events?.length ?? told.count
  return count === undefined ? told.build : countOf(count, 'event')
}

/** Of an account and not, for one, of a payment that the account has sent. */
function subjectIsPerson({ subject }: Row, { userId }: Told): boolean {
  return subject === userId
}

function isAccount(id: string | null): id is string {
  return z.uuid().safeParse(id).success
}

/** Nothing of what has another form: an older version, or what somebody has written into the table. */
function read({ data }: Row): Told {
  const result = Told.safeParse(JSON.parse(data))
  return result.success ? result.data : {}
}
