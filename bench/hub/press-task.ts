/** What the process that publishes is asked, and what it answers. */
import { z } from 'zod'
import { HubKeys } from '../../hub/keys.ts'

/** `relay`: sends what is in the outbox. `bare`: sends as many of the same, without one. */
export const WAYS = ['relay', 'bare'] as const
export type Way = (typeof WAYS)[number]

export const PressOrder = z.object({
  databaseUrl: z.string(),
  /** Left out for the hub in the database. */
  brokerUrl: z.string().optional(),
  keys: HubKeys,
})
export type PressOrder = z.infer<typeof PressOrder>

export const Task = z.object({ way: z.enum(WAYS), count: z.int() })
export type Task = z.infer<typeof Task>

export const Result = z.object({
  seconds: z.number(),
  /** Of all bodies. */
  bytes: z.int(),
  /** Of processor time of this process for one event. */
  micros: z.number(),
})
export type Result = z.infer<typeof Result>
