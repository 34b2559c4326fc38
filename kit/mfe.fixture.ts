/** Asks an MFE as nginx would, without a network: the way to test fragments and their API. */
import inject, { type Response } from 'light-my-request'
import type { User } from './context.ts'
import type { Database } from './database.ts'
import type { Endpoint } from './endpoint.ts'
import type { Fragment } from './fragment.ts'
import { createIdentityKeys, identitySigner, identityVerifier } from './identity.ts'
import { type Log, openLog } from './log.ts'
import { createMfe } from './mfe.tsx'

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
  const keys = createIdentityKeys()
  const sign = identitySigner(keys.privateKey)
  const definitions = Object.values(exported)
  const app = createMfe(
    { fragments: definitions.filter(isFragment), endpoints: definitions.filter(isEndpoint) },
    {
      db,
      log,
      verifyIdentity: identityVerifier(keys.publicKey),
      assets: { islandUrl: () => '/assets/island.js' },
    },
  ).callback()

  return async (route, { as, form, json, headers } = {}) => {
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
  }
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
