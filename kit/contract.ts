/**
 * `contract()`: what one MFE may ask another, in JSON. Contracts are in `hub/contracts/`; the MFE that answers and those
 * that ask import the contract and never each other.
 */
import { z } from 'zod'
import type { Request } from './context.ts'
import { type Duration, milliseconds } from './duration.ts'
import { DefinitionError, Refusal } from './errors.ts'
import { parseBody, type Shape } from './input.ts'

export interface ContractOptions<S extends Shape, O extends z.ZodType> {
  /** The MFEs that may ask. */
  callers: readonly string[]
  /** Total time for the answer; 1 s by default. */
  timeout?: Duration
  input?: S
  /** What comes back. `z.object`, so that an answer may grow fields that older callers do not know. */
  output: O
}

export interface Contract<I, O> {
  readonly kind: 'contract'
  /** The MFE that answers. */
  readonly provider: string
  /** `auth/find-users` is named `find-users`. */
  readonly name: string
  readonly callers: readonly string[]
  /** Milliseconds. */
  readonly timeout: number
  /** Checks what is asked; throws `Invalid`. */
  readInput(json: unknown): I
  /** To and from JSON; throws where the answer is not what the contract says. */
  writeOutput(output: O): unknown
  readOutput(json: unknown): O
}

/** The answer to a contract, exported from `fragment.tsx` of the MFE that the contract names. */
export interface Provision {
  readonly kind: 'provision'
  readonly provider: string
  readonly name: string
  readonly callers: readonly string[]
  readonly timeout: number
  answer(json: unknown, ctx: ProvisionContext): Promise<unknown>
}

export type ProvisionContext = Pick<Request, 'db' | 'ask' | 'log' | 'signal' | 'trace'> & {
  /** The MFE that asks. */
  readonly caller: string
}

/** Asks another MFE. Its refusals (`NotFound`, `Conflict`, `Invalid`…) are thrown as they are, all else as `NeighbourAway`. */
export type AskNeighbour = <I, O>(contract: Contract<I, O>, input: I) => Promise<O>

/** The other MFE did not answer, or not as its contract says. Ours, not the client's: a fragment shows its fallback. */
export class NeighbourAway extends Error {
  override name = 'NeighbourAway'
  constructor(contract: Pick<Contract<unknown, unknown>, 'provider' | 'name'>, reason: string, options?: ErrorOptions) {
    super(`${contract.provider} did not answer "${contract.name}": ${reason}.`, options)
  }
}

/** A moment in a contract: ISO 8601 in JSON, a `Date` on both sides. */
export const moment = z.codec(z.iso.datetime({ offset: true }), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
})

type InputOf<S extends Shape> = z.output<ReturnType<typeof z.strictObject<S>>>

export function contract<O extends z.ZodType, S extends Shape = Record<never, never>>(
  route: `${string}/${string}`,
  options: ContractOptions<S, O>,
): Contract<InputOf<S>, z.output<O>> {
  const [, provider, name] = /^([a-z][a-z0-9-]*)\/([a-z][a-z0-9-]*)$/.exec(route) ?? []
  if (!provider || !name) throw new DefinitionError(route, 'not the name of a contract', 'Write it as <mfe>/<name>.')
  const input = z.strictObject((options.input ?? {}) as S)
  const { output } = options
  return {
    kind: 'contract',
    provider,
    name,
    callers: options.callers,
    timeout: milliseconds(options.timeout ?? '1s'),
    readInput: (json) => parseBody(input, json ?? {}),
    writeOutput: (value) => z.encode(output, value),
    readOutput: (json) => output.parse(json),
  }
}

/** `export const changes = provide(paymentChanges, ({ after }, { db }) => …)` */
export function provide<I, O>(
  contract: Contract<I, O>,
  handle: (input: I, ctx: ProvisionContext) => O | Promise<O>,
): Provision {
  const { provider, name, callers, timeout } = contract
  return {
    kind: 'provision',
    provider,
    name,
    callers,
    timeout,
    async answer(json, ctx) {
      if (!callers.includes(ctx.caller)) throw new Refusal(403, `${ctx.caller || 'Nobody'} may not ask ${name}.`)
      return contract.writeOutput(await handle(contract.readInput(json), ctx))
    },
  }
}
