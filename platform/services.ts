/** Every service of the portal: each its own Koa app on its own socket, here in one process. */
import type { RequestListener } from 'node:http'
import type { AssetUrls } from '#kit/assets.ts'
import { identitySigner, identityVerifier } from '#kit/identity.ts'
import { listen } from '#kit/listen.ts'
import type { Log } from '#kit/log.ts'
import type { MfeDependencies } from '#kit/mfe.tsx'
import { carryBySocket, createNeighbour } from '#kit/neighbours.ts'
import type { Mfe } from '../fragments/definitions.ts'
import { serveMfes } from '../fragments/serve.ts'
import { createGateway } from '../gateway/serve.ts'
import { createLayoutService } from '../layout/serve.ts'
import type { OpenDatabase } from './data.ts'
import type { Keys } from './keys.ts'
import type { Portal } from './portal.ts'
import type { Stop } from './stops.ts'

/** How long the gateway may ask the database: nginx waits a second for the gate. */
const GATE_MS = 900

export interface ServiceOptions extends MfeOptions {
  readonly portal: Portal
}

export interface MfeOptions {
  readonly open: OpenDatabase
  readonly log: Log
  readonly keys: Keys
  /** Where the services find each other. */
  readonly socketOf: (name: string) => string
  /** What development changes; nothing otherwise. */
  readonly development?: DevelopmentHooks
}

export interface DevelopmentHooks extends Pick<MfeDependencies, 'explainFault'> {
  readonly around: (handler: RequestListener, mfe: string) => RequestListener
  /** Where the services listen before they take the place of those that run. */
  readonly listenAt: (name: string) => string
}

export async function startServices(options: ServiceOptions, stops: Stop[]): Promise<void> {
  const { portal, open, log, keys, socketOf, development } = options
  const listenAt = development?.listenAt ?? socketOf
  const { mfes, assets, layouts, site } = portal
  await startMfes(mfes, assets, options, stops)
  const layout = createLayoutService(layouts, log.child({ service: 'layout' }))
  const layoutServer = await listen(layout.callback(), listenAt('layout'))
  stops.push(() => layoutServer.stop())
  const gateway = await createGateway({
    db: open('gateway', { limit: GATE_MS }),
    log: log.child({ service: 'gateway' }),
    site,
    signIdentity: identitySigner(keys.identity.privateKey),
    verifyIdentity: identityVerifier(keys.identity.publicKey),
    versionKey: keys.identity.privateKey,
  })
  const gatewayServer = await listen(gateway.callback(), listenAt('gateway'))
  stops.push(() => gatewayServer.stop())
}

/** The services of some MFEs, and their jobs. */
export async function startMfes(
  mfes: readonly Mfe[],
  assets: AssetUrls,
  { open, log, keys, socketOf, development }: MfeOptions,
  stops: Stop[],
): Promise<void> {
  const verifyIdentity = identityVerifier(keys.identity.publicKey)
  const carry = carryBySocket(socketOf)
  const neighbourOf = (name: string) => createNeighbour(name, keys.neighbours, carry)
  const deps = { dbOf: open, neighbourOf, log, verifyIdentity, assets, ...development }
  const served = await serveMfes(mfes, development?.listenAt ?? socketOf, deps)
  stops.push(served.stop)
}
