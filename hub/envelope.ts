/**
 * The envelope of an event: CloudEvents 1.0 in JSON (https://github.com/cloudevents/spec), with the extensions
 * `traceparent`, `sequence` and `signature`. The signature is the publishing service's: whoever holds the message on its
 * way, an operator and the broker too, can hand it on and cannot change it.
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { z } from 'zod'
import type { HubKeys } from './keys.ts'

/** A larger event is refused when it is published, and dead-lettered where one comes all the same. */
export const MOST_BYTES = 64 * 1024

/** Characters of a subject. */
export const MOST_SUBJECT = 200

const Envelope = z.object({
  specversion: z.literal('1.0'),
  id: z.uuid(),
  /** `/payments`: the service. */
  source: z.string().regex(/^\/[a-z][a-z0-9-]*$/),
  type: z.string().min(1).max(100),
  /** `urn:selvedge:payment.submitted:1`: type and version. */
  dataschema: z.string().regex(/^urn:selvedge:[a-z0-9._-]+:\d+$/),
  /** What it is about: a payment's id, a person's id. */
  subject: z.string().min(1).max(MOST_SUBJECT),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  /** Rises with each event of a subject. Twenty digits, so that it compares as text too. */
  sequence: z.string().regex(/^\d{20}$/),
  traceparent: z.string().regex(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/),
  data: z.unknown(),
  signature: z.base64url(),
})

export type Envelope = z.infer<typeof Envelope>
export type Unsigned = Omit<Envelope, 'signature' | 'specversion' | 'datacontenttype'>

/** An event on its way: what routing needs, and its envelope as the text that is stored and sent. */
export interface Sealed {
  readonly id: string
  readonly type: string
  readonly subject: string
  /** The service, without the slash. */
  readonly source: string
  readonly traceparent: string
  readonly body: string
}

/** Why a message cannot be an event. It is dead: trying again would not help. */
export class Unacceptable extends Error {
  override name = 'Unacceptable'
}

export type Seal = (event: Unsigned) => Sealed
/** Throws `Unacceptable` for what no service of ours has signed like this. */
export type Open = (body: string) => Envelope

export function sealer(privatePem: string): Seal {
  const key = createPrivateKey(privatePem)
  return (event) => {
    const envelope: Envelope = {
      specversion: '1.0',
      ...event,
      datacontenttype: 'application/json',
      signature: sign(null, signedPart(event), key).toString('base64url'),
    }
    const { id, type, subject, source, traceparent } = event
    return { id, type, subject, source: source.slice(1), traceparent, body: JSON.stringify(envelope) }
  }
}

export function opener({ public: pems }: Pick<HubKeys, 'public'>): Open {
  const keys = new Map(Object.entries(pems).map(([service, all]) => [service, all.map((pem) => createPublicKey(pem))]))
  return (body) => {
    const envelope = readEnvelope(body)
    if (!isSigned(envelope, keys.get(serviceOf(envelope)) ?? [])) {
      throw new Unacceptable(`The signature is not of ${serviceOf(envelope)}.`)
    }
    return envelope
  }
}

/** What a message says it is, without a look at its signature. */
export function readEnvelope(body: string): Envelope {
  if (Buffer.byteLength(body) > MOST_BYTES) throw new Unacceptable(`It is larger than ${MOST_BYTES} bytes.`)
  const result = Envelope.safeParse(parse(body))
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new Unacceptable(`It is no event: ${issue?.path.join('.') || 'envelope'}: ${issue?.message}.`)
}

/** The id that a message says it has; undefined where it is no event. */
export function idIn(body: string): string | undefined {
  try {
    return readEnvelope(body).id
  } catch {
    return undefined
  }
}

export function serviceOf({ source }: Pick<Envelope, 'source'>): string {
  return source.slice(1)
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw new Unacceptable('It is no JSON.')
  }
}

/** What the signature covers, in one order: all that a consumer believes. A trace may be joined by whoever hands it on. */
function signedPart({ id, source, type, dataschema, subject, time, sequence, data }: Unsigned): Buffer {
  return Buffer.from(JSON.stringify([id, source, type, dataschema, subject, time, sequence, data]))
}

function isSigned(envelope: Envelope, keys: readonly KeyObject[]): boolean {
  const part = signedPart(envelope)
  const signature = Buffer.from(envelope.signature, 'base64url')
  return keys.some((key) => verify(null, part, key, signature))
}
