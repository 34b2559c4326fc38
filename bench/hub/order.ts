/** What a process of the chaos run is told, and what it tells. */
import { z } from 'zod'
import { HubKeys } from '../../hub/keys.ts'

const Role = z.enum(['service', 'relay', 'worker', 'consumers'])
export type Role = z.infer<typeof Role>

const Options = z.object({
  retrySeconds: z.array(z.number()),
  queueLimit: z.int(),
  mostLost: z.int(),
  handleSeconds: z.number(),
  logDays: z.int(),
})

export const Order = z.object({
  role: Role,
  databaseUrl: z.string(),
  /** Left out for the hub in the database. */
  brokerUrl: z.string().optional(),
  keys: HubKeys,
  options: Options,
  /** Of the service: numbers of payments that are not confirmed yet, and below which number they may be made. */
  missing: z.array(z.int()),
  allowed: z.int(),
})
export type Order = z.infer<typeof Order>

/** After the order. */
export const Told = z.object({ allowed: z.int().optional(), stop: z.boolean().optional() })
export type Told = z.infer<typeof Told>

export const News = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  /** The payment with this number is made, says `submit`. */
  z.object({ kind: z.literal('confirmed'), number: z.int(), id: z.string() }),
  /** An event came again, and its consumer had done it. */
  z.object({ kind: z.literal('repeated'), consumer: z.string() }),
  /** A line of the log, from `warn` on. */
  z.object({ kind: z.literal('line'), line: z.string() }),
])
export type News = z.infer<typeof News>

/** Tells whoever started this process. One that is gone hears nothing. */
export function tell(news: News): void {
  if (process.connected) process.send?.(news)
}
