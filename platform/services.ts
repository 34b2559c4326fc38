/** Every service of the portal: each its own Koa app on its own socket, whoever's process it is. */
import type { RequestListener } from 'node:http'
import type { AssetUrls } from '#kit/assets.ts'
import { identitySigner, identityVerifier } from '#kit/identity.ts'
import { listen } from '#kit/listen.ts'
import type { Log } from '#kit/log.ts'
import type { MfeDependencies } from '#kit/mfe.tsx'
import { carryBySocket, createNeighbour } from '#kit/neighbours.ts'
import type { Site } from '#kit/site.ts'
import type { Mfe } from '../fragments/definitions.ts'
import { serveMfes } from '../fragments/serve.ts'
import { createGateway } from '../gateway/serve.ts'
import type { Layout } from '../layout/layouts.tsx'
import { createLayoutService } from '../layout/serve.ts'
import type { OpenDatabase } from './data.ts'
import { type HubPlace, hubJoiner } from './hub.ts'
import type { Keys } from './keys.ts'
import type { Portal } from './portal.ts'
import type { Stop } from './stops.ts'

/** How long the gateway may ask the database: nginx waits a second for the gate. */
const GATE_MS = 900

export interface ServiceOptions extends MfeOptions {
  readonly portal: Pick<Portal, 'mfes' | 'assets' | 'layouts' | 'site'>
}

export interface MfeOptions {
  readonly open: OpenDatabase
  readonly log: Log
  readonly keys: MfeKeys
  readonly hub: HubPlace
  /** Where the services find each other. */
  readonly socketOf: (name: string) => string
  /** What development changes; nothing otherwise. */
  readonly development?: DevelopmentHooks
}

/** What an MFE needs of the keys: never the one that says who somebody is. */
export type MfeKeys = Pick<Keys, 'neighbours'> & { readonly identity: Pick<Keys['identity'], 'publicKey'> }

export interface DevelopmentHooks extends Pick<MfeDependencies, 'explainFault'> {
  readonly around: (handler: RequestListener, mfe: string) => RequestListener
  /** Where the services listen before they take the place of those that run. */
  readonly listenAt: (name: string) => string
}

/** All of them, in this process. */
export async function startServices(options: ServiceOptions & { readonly keys: Keys }, stops: Stop[]): Promise<void> {
  const { portal, open, log, keys, socketOf, development } = options
  const listenAt = development?.listenAt ?? socketOf
  await startMfes(portal.mfes, portal.assets, options, stops)
  await startLayout(portal.layouts, log, listenAt('layout'), stops)
  await startGateway(portal.site, { open, log, keys }, listenAt('gateway'), stops)
}

/** The services of some MFEs, their jobs, and their part in the hub. */
export async function startMfes(
  mfes: readonly Mfe[],
  assets: AssetUrls,
  { open, log, keys, hub, socketOf, development }: MfeOptions,
  stops: Stop[],
): Promise<void> {
  const verifyIdentity = identityVerifier(keys.identity.publicKey)
  const carry = carryBySocket(socketOf)
  const neighbourOf = (name: string) => createNeighbour(name, keys.neighbours, carry)
  const memberOf = hubJoiner(hub, open, log, mfes.length)
  const deps = { dbOf: open, neighbourOf, memberOf, log, verifyIdentity, assets, ...development }
  const served = await serveMfes(mfes, development?.listenAt ?? socketOf, deps)
  stops.push(served.stop)
}

export async function startLayout(layouts: readonly Layout[], log: Log, socket: string, stops: Stop[]): Promise<void> {
  const layout = createLayoutService(layouts, log.child({ service: 'layout' }))
  const server = await listen(layout.callback(), socket)
  stops.push(() => server.stop())
}

export async function startGateway(
  site: Site,
  { open, log, keys }: { readonly open: OpenDatabase; readonly log: Log; readonly keys: Pick<Keys, 'identity'> },
  socket: string,
  stops: Stop[],
): Promise<void> {
  const gateway = await createGateway({
    db: open('gateway', { limit: GATE_MS }),
    log: log.child({ service: 'gateway' }),
    site,
    signIdentity: identitySigner(keys.identity.privateKey),
    verifyIdentity: identityVerifier(keys.identity.publicKey),
    versionKey: keys.identity.privateKey,
  })
  const server = await listen(gateway.callback(), socket)
  stops.push(() => server.stop())
}
