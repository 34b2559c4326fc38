/** Whether a message is what it says, and whether a consumer may have it. */
import { type Envelope, type Open, readEnvelope, serviceOf, Unacceptable } from '../../hub/envelope.ts'
import { mayConsume, mayPublish, RIGHTS } from '../../hub/rights.ts'

export interface Judgement {
  /** What it says it is; undefined where that cannot be read. */
  readonly envelope: Envelope | undefined
  /** Why nobody may hand it on; undefined for what is sound. */
  readonly problem: string | undefined
}

/** Its form, its signature, and that its service may publish it. */
export function inspect(open: Open, body: string): Judgement {
  try {
    const envelope = open(body)
    const service = serviceOf(envelope)
    const allowed = mayPublish(RIGHTS, service, envelope.type)
    return { envelope, problem: allowed ? undefined : `${service} may not publish ${envelope.type}.` }
  } catch (error) {
    if (!(error instanceof Unacceptable)) throw error
    return { envelope: tryEnvelope(body), problem: error.message }
  }
}

/** The same, and that this consumer may consume it. */
export function judge(open: Open, body: string, consumer: string): Judgement {
  const { envelope, problem } = inspect(open, body)
  if (problem !== undefined || !envelope || mayConsume(RIGHTS, consumer, envelope.type)) return { envelope, problem }
  return { envelope, problem: `${consumer} may not consume ${envelope.type}.` }
}

function tryEnvelope(body: string): Envelope | undefined {
  try {
    return readEnvelope(body)
  } catch {
    return undefined
  }
}
