/** `event()`: what a service tells the others, and who may. All of them are in `events.ts`. */
import type { z } from 'zod'

/**
 * One kind of event. `version` rises with each change of `data` that an older consumer cannot read. Who publishes and who
 * consumes is enforced by both hubs: on RabbitMQ by its permissions.
 */
export interface EventDefinition<
  P extends string = string,
  C extends string = string,
  D extends z.ZodType = z.ZodType,
> {
  readonly version: number
  readonly publishers: readonly P[]
  readonly consumers: readonly C[]
  /** `z.object`, so that data may grow fields that older consumers do not know. Must survive JSON. */
  readonly data: D
}

export function event<const P extends string, const C extends string, D extends z.ZodType>(
  definition: EventDefinition<P, C, D>,
): EventDefinition<P, C, D> {
  return definition
}
