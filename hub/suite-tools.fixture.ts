/** What the parts of the hubs' suite share. */
import type { Sealed } from './envelope.ts'
import type { Lab } from './lab.fixture.ts'

/** The options that a ground for this suite is opened with: patience in tenths of a second. */
export const FAST = { retrySeconds: [0.3, 0.6], queueLimit: 40, mostLost: 3, handleSeconds: 1, logDays: 1 }

export const CONSUMERS_OF_COMPLETED = ['admin', 'notifications']

type Test = (name: string, run: () => Promise<void>) => void

export interface SuiteTools {
  readonly test: Test
  readonly lab: Lab
  /** Hands messages to the hub as a service that has broken loose would. */
  sendRaw(service: string, ...events: Sealed[]): Promise<(string | undefined)[]>
  /** Of the dead letters of a consumer. */
  reasonsOf(consumer: string): Promise<string[]>
  outboxRows(): Promise<{ refusal: string | null }[]>
}

export function suiteTools(test: Test, lab: Lab): SuiteTools {
  return {
    test,
    lab,
    async sendRaw(service, ...events) {
      const hub = await lab.open(service)
      try {
        return await hub.send(events)
      } finally {
        await hub.close()
      }
    },
    async reasonsOf(consumer) {
      const operations = await lab.operations()
      const letters = await operations.deadLetters(consumer)
      await operations.close()
      return letters.map(({ reason }) => reason)
    },
    outboxRows: () => lab.db.query('select refusal from hub.outbox order by sequence'),
  }
}
