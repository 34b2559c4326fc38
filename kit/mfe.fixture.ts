/** Asks an MFE as nginx would, without a network: the way to test fragments and their API. */
import inject, { type DispatchFunc, type Response } from 'light-my-request'
import { NO_ASSETS } from './assets.fixture.ts'
import type { User } from './context.ts'
import { type AskNeighbour, NeighbourAway, type Provision } from './contract.ts'
import type { Database } from './database.ts'
import type { Endpoint } from './endpoint.ts'
import type { Fragment } from './fragment.ts'
import { createIdentityKeys, identitySigner, identityVerifier } from './identity.ts'
import { type Log, openLog } from './log.ts'
import { createMfe } from './mfe.tsx'
import { type Carry, createNeighbour, createNeighbourKeys } from './neighbours.ts'
import { traceId } from './trace.ts'

export interface Asking {
  readonly as?: User | undefined
  /** Sent as a form. */
  readonly form?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly json?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export type Ask = (route: string, asking?: Asking) => Promise<Response>

/** `ask('GET /_/payments/list?state=failed', { as: alice })`; a form or JSON comes from our own origin. */
export function openTestMfe(
  exported: Readonly<Record<string, unknown>>,
  db: Database,
  log: Log = openLog('silent'),
): Ask {
  const { askMfe } = openTestMfes({ [nameOf(exported)]: exported }, db, log)
  return (route, asking) => askMfe(nameOf(exported), route, asking)
}

export interface TestMfes {
  /** As nginx asks one of them. */
  askMfe(name: string, route: string, asking?: Asking): Promise<Response>
  /** As one MFE asks another by a contract. */
  askAs(caller: string): AskNeighbour
}

/**
 * Several MFEs that can ask each other by their contracts: `{ admin: …, auth: … }`, each what its `fragment.tsx` exports.
 * Who is not among them is away.
 */
export function openTestMfes(
  mfes: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  db: Database,
  log: Log = openLog('silent'),
): TestMfes {
  const identityKeys = createIdentityKeys()
  const sign = identitySigner(identityKeys.privateKey)
  const apps = new Map<string, DispatchFunc>()
  const carry: Carry = async (provider, { path, headers, body }) => {
    const app = apps.get(provider)
    if (!app) throw new Error(`${provider} is away.`)
    const { statusCode, payload } = await inject(app, { method: 'POST', url: path, headers, payload: body })
    return { status: statusCode, body: payload }
  }
  const names = [...new Set([...Object.keys(mfes), ...Object.values(mfes).flatMap(callersOf)])]
  const keys = createNeighbourKeys(names)
  for (const [name, exported] of Object.entries(mfes)) {
    const definitions = Object.values(exported)
    const app = createMfe(
      {
        fragments: definitions.filter(isFragment),
        endpoints: definitions.filter(isEndpoint),
        provisions: definitions.filter(isProvision),
      },
      {
        db,
        log,
        verifyIdentity: identityVerifier(identityKeys.publicKey),
        neighbour: createNeighbour(name, keys, carry),
        assets: NO_ASSETS,
      },
    )
    apps.set(name, app.callback())
  }

  return {
    askAs(caller) {
      const neighbour = createNeighbour(caller, keys, carry)
      const asking = { trace: traceId(undefined), signal: new AbortController().signal }
      return (contract, input) => neighbour.ask(contract, input, asking)
    },
    async askMfe(name, route, { as, form, json, headers } = {}) {
      const app = apps.get(name)
      if (!app) throw new Error(`There is no ${name} in this test.`)
      const [method = 'GET', url = '/'] = route.split(' ')
      return inject(app, {
        method: readMethod(method),
        url,
        headers: {
          'sec-fetch-site': 'same-origin',
          ...(as && { 'x-identity': sign(as) }),
          ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
          ...(json !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(form && { payload: new URLSearchParams(form).toString() }),
        ...(json !== undefined && { payload: JSON.stringify(json) }),
      })
    },
  }
}

/** For jobs that ask nobody. */
export const noNeighbour: AskNeighbour = async (contract) => {
  throw new NeighbourAway(contract, 'this test has no neighbours')
}

/** The folder of the MFE, which its routes begin with. */
function nameOf(exported: Readonly<Record<string, unknown>>): string {
  return Object.values(exported).find(isFragment)?.mfe ?? 'test'
}

function callersOf(exported: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.values(exported)
    .filter(isProvision)
    .flatMap(({ callers }) => callers)
}

function readMethod(method: string): 'GET' | 'POST' | 'PUT' | 'DELETE' {
  if (method === 'GET' || method === 'POST' || method === 'PUT' || method === 'DELETE') return method
  throw new TypeError(`Write the method first: "GET /_/payments/list", not "${method}".`)
}

function isFragment(value: unknown): value is Fragment {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'fragment'
}

function isEndpoint(value: unknown): value is Endpoint {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'endpoint'
}

function isProvision(value: unknown): value is Provision {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'provision'
}
