/** Who may publish and consume what, and what the events look like: as data, for whoever enforces it. */
import type { EventDefinition } from './event.ts'
import { EVENTS } from './events.ts'

export interface Rights {
  readonly events: Readonly<Record<string, EventDefinition>>
}

/** The service that hands on what others have signed: redrives and replays are its. */
export const OPERATOR = 'operator'

export const RIGHTS: Rights = { events: EVENTS }

/** Undefined for a kind of event that nobody knows: names come from outside, `constructor` among them. */
export function definitionOf({ events }: Rights, type: string): EventDefinition | undefined {
  return Object.hasOwn(events, type) ? events[type] : undefined
}

export function mayPublish(rights: Rights, service: string, type: string): boolean {
  return definitionOf(rights, type)?.publishers.includes(service) ?? false
}

export function mayConsume(rights: Rights, service: string, type: string): boolean {
  return definitionOf(rights, type)?.consumers.includes(service) ?? false
}

export function consumersOf(rights: Rights, type: string): readonly string[] {
  return definitionOf(rights, type)?.consumers ?? []
}

export function typesPublishedBy(rights: Rights, service: string): string[] {
  return Object.keys(rights.events).filter((type) => mayPublish(rights, service, type))
}

export function typesConsumedBy(rights: Rights, service: string): string[] {
  return Object.keys(rights.events).filter((type) => mayConsume(rights, service, type))
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
