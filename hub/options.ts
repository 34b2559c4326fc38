/** How patient and how large a hub is. The same for both. */
export interface HubOptions {
  /** Pauses before the second attempt, the third, … in seconds; after the last one a failure is a dead letter. */
  readonly retrySeconds: readonly number[]
  /** Messages that wait for one consumer. A full queue refuses, and the outbox keeps. */
  readonly queueLimit: number
  /** How often a message may be handed out and not come back before it is dead: it kills whoever takes it. */
  readonly mostLost: number
  /** Seconds a consumer may take for one message. */
  readonly handleSeconds: number
  /** Days that the log is kept. */
  readonly logDays: number
}

const DEFAULTS: HubOptions = {
  retrySeconds: [1, 5, 25, 125, 600],
  queueLimit: 100_000,
  mostLost: 5,
  handleSeconds: 25,
  logDays: 30,
}

export function hubOptions(given: Partial<HubOptions> = {}): HubOptions {
  return { ...DEFAULTS, ...given }
}
