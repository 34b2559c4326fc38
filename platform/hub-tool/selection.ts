/** What a replay is of, as the audit log keeps it: whoever goes on with one finds it there. */
import { z } from 'zod'
import { opener, Unacceptable } from '../../hub/envelope.ts'
import { EVENTS } from '../../hub/events.ts'
import type { Selection } from '../../hub/hub.ts'
import type { OpenHub } from './open.ts'

const REPLAYED = 'hub.replayed'
const Replayed = EVENTS[REPLAYED].data

const moment = z.iso.datetime().transform((text) => new Date(text))
const Written = z.object({
  from: moment.optional(),
  until: moment.optional(),
  type: z.string().optional(),
  subject: z.string().optional(),
})

export interface BegunReplay {
  readonly consumer: string
  readonly selection: Selection
}

export function writeSelection({ from, until, type, subject }: Selection): string {
  return JSON.stringify({ from: from?.toISOString(), until: until?.toISOString(), type, subject })
}

export function saySelection({ from, until, type, subject }: Selection): string {
  const words = [
    type ?? 'events of all types',
    subject && `about ${subject}`,
    from && `from ${from.toISOString()}`,
    until && `until ${until.toISOString()}`,
  ]
  return words.filter(Boolean).join(' ')
}

/** How a replay was begun; undefined where nobody has. */
export async function findReplay({ operations, keys }: OpenHub, replay: string): Promise<BegunReplay | undefined> {
  const open = opener(keys)
  for await (const { body } of operations.readLog({ type: REPLAYED })) {
    try {
      const { subject: consumer, data } = open(body)
      const told = Replayed.parse(data)
      if (told.replay === replay) return { consumer, selection: Written.parse(JSON.parse(told.selection)) }
    } catch (error) {
      // What nobody of ours has signed says nothing about a replay.
      if (!(error instanceof Unacceptable)) throw error
    }
  }
  return undefined
}
