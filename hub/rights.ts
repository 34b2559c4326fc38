/** Who may publish and consume what, and what the events look like: as data, for whoever enforces it. */
import type { EventDefinition } from './event.ts'
import { EVENTS } from './events.ts'

export interface Rights {
  readonly events: Readonly<Record<string, EventDefinition>>
}

export const RIGHTS: Rights = { events: EVENTS }

export function mayPublish({ events }: Rights, service: string, type: string): boolean {
  return events[type]?.publishers.includes(service) ?? false
}

export function mayConsume({ events }: Rights, service: string, type: string): boolean {
  return events[type]?.consumers.includes(service) ?? false
}

export function consumersOf({ events }: Rights, type: string): readonly string[] {
  return events[type]?.consumers ?? []
}

export function typesPublishedBy({ events }: Rights, service: string): string[] {
  return Object.keys(events).filter((type) => events[type]?.publishers.includes(service))
}

export function typesConsumedBy({ events }: Rights, service: string): string[] {
  return Object.keys(events).filter((type) => events[type]?.consumers.includes(service))
}

/** Every service that consumes something, by name. */
export function allConsumers({ events }: Rights): string[] {
  return [...new Set(Object.values(events).flatMap(({ consumers }) => consumers))].sort()
}

/** Every service that publishes something, by name. */
export function allPublishers({ events }: Rights): string[] {
  return [...new Set(Object.values(events).flatMap(({ publishers }) => publishers))].sort()
}

/** Every service that the hub knows. */
export function allServices(rights: Rights): string[] {
  return [...new Set([...allPublishers(rights), ...allConsumers(rights)])].sort()
}
