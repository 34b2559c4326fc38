/** What each user may do on the broker, as data: made of the rights. Nobody may declare, bind or delete anything. */
import { allConsumers, OPERATOR, type Rights, typesConsumedBy, typesPublishedBy } from '../rights.ts'
import { DEAD, deadQueueOf, EVENTS, LOG, patternOfRetryQueues, queueOf, RETRY } from './topology.ts'

/** Regular expressions of names. */
export interface Permissions {
  readonly configure: string
  readonly write: string
  readonly read: string
}

/** Of routing keys, by exchange: for each that the user may write to, since the broker allows all where none is set. */
export type KeyPermissions = Readonly<Record<string, string>>

/** The default exchange reaches each queue by its name: only the operator may use it. */
const TO_ANY_QUEUE = 'amq.default'

export function permissionsOf(service: string, rights: Rights): Permissions {
  const publishes = typesPublishedBy(rights, service).length > 0
  const consumes = typesConsumedBy(rights, service).length > 0
  const operates = service === OPERATOR
  return {
    configure: oneOf([]),
    write: oneOf([
      ...(publishes ? [EVENTS] : []),
      ...(consumes ? [RETRY, DEAD] : []),
      ...(operates ? [TO_ANY_QUEUE] : []),
    ]),
    read: oneOf([
      ...(consumes ? [queueOf(service)] : []),
      ...(operates ? [LOG, ...allConsumers(rights).map(deadQueueOf)] : []),
    ]),
  }
}

export function keyPermissionsOf(service: string, rights: Rights): KeyPermissions {
  const consumes = typesConsumedBy(rights, service).length > 0
  return {
    [EVENTS]: oneOf(typesPublishedBy(rights, service)),
    // Of every ladder: an older build may still run.
    [RETRY]: consumes ? patternOfRetryQueues(service) : oneOf([]),
    [DEAD]: oneOf(consumes ? [service] : []),
  }
}

function oneOf(names: readonly string[]): string {
  return names.length === 0 ? '^$' : `^(${names.map((name) => name.replaceAll('.', '\\.')).join('|')})$`
}
