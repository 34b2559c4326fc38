/**
 * Every event by name: its data, its version, and who may publish and consume it. This is the one place that says so:
 * types, the embedded hub and RabbitMQ's permissions are made of it.
 */
import { z } from 'zod'
import { CURRENCIES } from '#kit/money.ts'
import { event } from './event.ts'

const userId = z.uuid()

/** The subject is the payment. */
const payment = z.object({
  userId,
  /** In minor units. */
  amount: z.int(),
  currency: z.enum(CURRENCIES),
  payee: z.string(),
  /** Why it failed, as a sentence for the person who sent it. */
  reason: z.string().nullable(),
})

/** The subject is the person. */
const account = z.object({ userId, role: z.enum(['customer', 'staff', 'auditor']) })

/** What staff did to an account, and why. */
const decision = account.extend({ actor: z.uuid(), reason: z.string() })

const AUDIT = ['admin'] as const

export const EVENTS = {
  'payment.submitted': event({ version: 1, publishers: ['payments'], consumers: AUDIT, data: payment }),
  'payment.processing': event({
    version: 1,
    publishers: ['payments'],
    consumers: [...AUDIT, 'payments'],
    data: payment,
  }),
  'payment.completed': event({
    version: 1,
    publishers: ['payments'],
    consumers: [...AUDIT, 'notifications'],
    data: payment,
  }),
  'payment.failed': event({
    version: 1,
    publishers: ['payments'],
    consumers: [...AUDIT, 'notifications'],
    data: payment,
  }),
  'payment.cancelled': event({
    version: 1,
    publishers: ['payments'],
    consumers: [...AUDIT, 'notifications'],
    data: payment,
  }),

  'user.signed-in': event({ version: 1, publishers: ['auth'], consumers: [...AUDIT, 'notifications'], data: account }),
  'user.signed-out': event({ version: 1, publishers: ['auth'], consumers: AUDIT, data: account }),
  'user.password-changed': event({
    version: 1,
    publishers: ['auth'],
    consumers: [...AUDIT, 'notifications'],
    data: account,
  }),
  'user.locked': event({ version: 1, publishers: ['auth'], consumers: [...AUDIT, 'notifications'], data: decision }),
  'user.unlocked': event({ version: 1, publishers: ['auth'], consumers: [...AUDIT, 'notifications'], data: decision }),
  /** By its owner, for good: whoever holds something about the person deletes it. */
  'user.closed': event({
    version: 1,
    publishers: ['auth'],
    consumers: [...AUDIT, 'notifications', 'profile'],
    data: account,
  }),
  /** Sessions of a person have ended before their time: their public handles. */
  'session.revoked': event({
    version: 1,
    publishers: ['auth'],
    consumers: AUDIT,
    data: account.extend({
      why: z.enum(['password-changed', 'locked', 'closed', 'signed-out']),
      sessions: z.array(z.uuid()),
    }),
  }),
  /** Which fields were changed; never what they hold. */
  'profile.updated': event({
    version: 1,
    publishers: ['profile'],
    consumers: AUDIT,
    data: z.object({ userId, fields: z.array(z.string()) }),
  }),
  /** The subject is the market: `rates`. Exact decimals of one euro. */
  'rates.changed': event({
    version: 1,
    publishers: ['rates'],
    consumers: [],
    data: z.object({ rates: z.array(z.object({ currency: z.string(), mid: z.string() })) }),
  }),
  /** The subject is the person. */
  'notification.created': event({
    version: 1,
    publishers: ['notifications'],
    consumers: [],
    data: z.object({ userId }),
  }),
  /** Nobody publishes it yet: the detection of threats is to come. */
  'security.alert': event({
    version: 1,
    publishers: ['auth', 'gateway'],
    consumers: AUDIT,
    data: z.object({
      kind: z.string(),
      severity: z.enum(['low', 'medium', 'high', 'critical']),
      userId: userId.nullable(),
      detail: z.string(),
    }),
  }),
  /** The subject is the service. Nobody publishes it yet: deploying is to come. */
  'deploy.released': event({
    version: 1,
    publishers: ['operator'],
    consumers: AUDIT,
    data: z.object({ build: z.string() }),
  }),
  /** An operator has begun to hand dead letters back to their consumer, which is the subject. */
  'hub.redriven': event({
    version: 1,
    publishers: ['operator'],
    consumers: AUDIT,
    data: z.object({ operator: z.string(), reason: z.string(), events: z.array(z.string()) }),
  }),
  /** An operator has begun to hand events of the log to a consumer, which is the subject, once more. */
  'hub.replayed': event({
    version: 1,
    publishers: ['operator'],
    consumers: AUDIT,
    data: z.object({
      operator: z.string(),
      reason: z.string(),
      replay: z.string(),
      selection: z.string(),
      count: z.int(),
    }),
  }),
}

type Events = typeof EVENTS

export type EventType = keyof Events
/** An event's data as code has it, after the schema. */
export type DataOf<T extends EventType> = z.output<Events[T]['data']>

export type PublishedBy<S extends string> = {
  [T in EventType]: S extends Events[T]['publishers'][number] ? T : never
}[EventType]

export type ConsumedBy<S extends string> = {
  [T in EventType]: S extends Events[T]['consumers'][number] ? T : never
}[EventType]
