/**
 * How MFEs ask each other: JSON over HTTP on the sockets that nginx uses as well, at addresses that nginx never asks.
 * Each MFE signs its questions with a key of its own, so that a contract's list of callers means something.
 */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { Agent, request } from 'node:http'
import { z } from 'zod'
import { type Contract, NeighbourAway } from './contract.ts'
import { Conflict, Forbidden, Invalid, NotFound, Refusal } from './errors.ts'
import { createIdentityKeys } from './identity.ts'
import { openToken, sealToken } from './token.ts'
import { traceparentOf } from './trace.ts'

/** Seconds that a caller's token is valid, and until it is made anew. */
const TOKEN_SECONDS = 30
const RENEW_SECONDS = 10
/** An answer larger than this is a mistake of whoever gives it. */
const MOST_BYTES = 16 * 1024 * 1024

const Claims = z.object({ iss: z.string(), aud: z.string(), exp: z.number() })
const Problem = z.object({
  detail: z.string().default('It was refused.'),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).default([]),
})

/** Private keys by MFE, and the public ones that every MFE needs, all in PEM. */
export interface NeighbourKeys {
  readonly private: Readonly<Record<string, string>>
  readonly public: Readonly<Record<string, string>>
}

/** New keys for a run of the whole platform. */
export function createNeighbourKeys(names: readonly string[]): NeighbourKeys {
  const pairs = names.map((name) => [name, createIdentityKeys()] as const)
  return {
    private: Object.fromEntries(pairs.map(([name, { privateKey }]) => [name, privateKey])),
    public: Object.fromEntries(pairs.map(([name, { publicKey }]) => [name, publicKey])),
  }
}

/** Carries one question to another MFE: its status and its body. */
export type Carry = (provider: string, question: Question) => Promise<{ status: number; body: string }>

export interface Question {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal
}

export interface Asking {
  readonly trace: string
  readonly signal: AbortSignal
}

/** One MFE among the others: how it asks, and how it knows who asks it. */
export interface Neighbour {
  ask<I, O>(contract: Contract<I, O>, input: I, asking: Asking): Promise<O>
  /** The name of the MFE that signed; undefined for anybody else. */
  verifyCaller(header: string, now?: number): string | undefined
}

export function innerPath({ provider, name }: Pick<Contract<unknown, unknown>, 'provider' | 'name'>): string {
  return `/_inner/${provider}/${name}`
}

export function createNeighbour(name: string, keys: NeighbourKeys, carry: Carry): Neighbour {
  const privatePem = keys.private[name]
  if (!privatePem) throw new Error(`There is no key for ${name}: it cannot ask anybody.`)
  const sealFor = createSealer(name, createPrivateKey(privatePem))
  const known = new Map(Object.entries(keys.public).map(([caller, pem]) => [caller, createPublicKey(pem)]))
  return {
    async ask(contract, input, { trace, signal }) {
      const headers = {
        'content-type': 'application/json',
        'x-service': `${name} ${sealFor(contract.provider)}`,
        traceparent: traceparentOf(trace),
      }
      const limit = AbortSignal.any([signal, AbortSignal.timeout(contract.timeout)])
      const question = { path: innerPath(contract), headers, body: JSON.stringify(input), signal: limit }
      const answer = await carry(contract.provider, question).catch((cause: unknown) => {
        throw new NeighbourAway(contract, limit.aborted ? 'it took too long' : 'it cannot be reached', { cause })
      })
      return readAnswer(contract, answer)
    },
    verifyCaller: (header, now = Date.now()) => readCaller(header, name, known, now),
  }
}

/** Over unix sockets, on connections that are kept. */
export function carryBySocket(socketOf: (provider: string) => string): Carry {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  return async function carry(provider, question) {
    try {
      return await send(agent, socketOf(provider), provider, question)
    } catch (error) {
      // Each stale connection is used up by this, so it ends with a new one.
      if (error instanceof Stale) return carry(provider, question)
      throw error
    }
  }
}

/** The kept connection was closed at its other end, and the question never left: it may be sent again. */
class Stale extends Error {
  override name = 'Stale'
}

function send(agent: Agent, socketPath: string, provider: string, { path, headers, body, signal }: Question) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const length = { 'content-length': String(Buffer.byteLength(body)) }
    const options = { socketPath, path, method: 'POST', agent, signal }
    const req = request({ ...options, headers: { host: provider, ...headers, ...length } }, (res) => {
      const chunks: Buffer[] = []
      let size = 0
      res.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > MOST_BYTES) res.destroy(new Error(`An answer of more than ${MOST_BYTES} bytes.`))
        else chunks.push(chunk)
      })
      res.on('error', reject)
      res.on('end', () => resolve({ status: res.statusCode ?? 0, body: Buffer.concat(chunks).toString() }))
    })
    // EPIPE alone says that nothing was taken; after a reset the question may have been answered.
    req.on('error', (error: NodeJS.ErrnoException) =>
      reject(req.reusedSocket && error.code === 'EPIPE' ? new Stale('closed', { cause: error }) : error),
    )
    req.end(body)
  })
}

function createSealer(iss: string, key: KeyObject): (aud: string) => string {
  const recent = new Map<string, { token: string; until: number }>()
  return (aud) => {
    const now = Math.floor(Date.now() / 1_000)
    const known = recent.get(aud)
    if (known && known.until > now) return known.token
    const token = sealToken({ iss, aud, exp: now + TOKEN_SECONDS }, key)
    recent.set(aud, { token, until: now + RENEW_SECONDS })
    return token
  }
}

/** `admin eyJ….9f…`: the name says whose key to try, the token that it is true. */
function readCaller(
  header: string,
  name: string,
  known: ReadonlyMap<string, KeyObject>,
  now: number,
): string | undefined {
  const [caller = '', token = ''] = header.split(' ')
  const key = known.get(caller)
  const claims = key && openToken(token, key)
  if (claims === undefined) return undefined
  const { iss, aud, exp = 0 } = Claims.safeParse(claims).data ?? {}
  return iss === caller && aud === name && exp * 1_000 > now ? caller : undefined
}

function readAnswer<I, O>(contract: Contract<I, O>, { status, body }: { status: number; body: string }): O {
  const json = parse(contract, body)
  if (status === 200) {
    try {
      return contract.readOutput(json)
    } catch (cause) {
      throw new NeighbourAway(contract, 'the answer is not what the contract says', { cause })
    }
  }
  const problem = Problem.safeParse(json).data
  if (status >= 500 || !problem) throw new NeighbourAway(contract, `it answered ${status}`)
  throw refusalOf(status, problem)
}

/** What the neighbour refused is refused to whoever asked us, in its words. */
function refusalOf(status: number, { detail, errors }: z.infer<typeof Problem>): Refusal {
  if (status === 403) return new Forbidden(detail)
  if (status === 404) return new NotFound(detail)
  if (status === 409) return new Conflict(detail)
  if (status === 422)
    return new Invalid(Object.fromEntries(errors.map(({ field, message }) => [field, message])), detail)
  return new Refusal(status, detail)
}

function parse(contract: Pick<Contract<unknown, unknown>, 'provider' | 'name'>, body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (cause) {
    throw new NeighbourAway(contract, 'the answer is no JSON', { cause })
  }
}
