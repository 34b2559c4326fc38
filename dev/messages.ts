/** What `npm run dev` and the process that serves the portal tell each other. */
import type { Config } from '#kit/config.ts'
import type { Site } from '#kit/site.ts'
import type { HubPlace } from '../platform/hub.ts'
import type { Keys } from '../platform/keys.ts'
import type { Catalogue } from './catalogue.ts'
import type { Fault } from './faults.ts'
import type { Report } from './report.ts'

/** Which fragments are made to fail, by `mfe/name`. */
export type Faults = Readonly<Record<string, Fault>>

/** What a generation of services needs to start. */
export interface Order {
  readonly generation: number
  /** `https://localhost:8443` */
  readonly origin: string
  readonly config: Pick<Config, 'demo' | 'logLevel'>
  /** The portal's, where assets are and the services find each other. */
  readonly run: { readonly path: string; readonly sockets: string }
  readonly databaseUrl: string
  readonly keys: Keys
  readonly hub: HubPlace
  readonly faults: Faults
  /** Whether migrations or seeds may have something to do. */
  readonly prepare: boolean
  /** The one MFE to serve inside a portal that runs already, and the name of its socket there. */
  readonly only?: { readonly mfe: string; readonly socket: string }
}

export type ToServices =
  | { readonly kind: 'start'; readonly order: Order }
  | { readonly kind: 'set-faults'; readonly faults: Faults }
  | { readonly kind: 'stop' }

export type FromServices =
  /** Packages are loaded, sources are not: it waits for its order. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'started'; readonly started: Started | undefined }
  | { readonly kind: 'failed'; readonly report: Report }
  /** A fragment threw while it answered. */
  | { readonly kind: 'fault'; readonly report: Report }
  | { readonly kind: 'faults-set' }

/** What the whole portal is, for its edge and its tools; one MFE of it has neither. */
export interface Started {
  /** Names of the services that listen. */
  readonly services: readonly string[]
  readonly site: Site
  readonly csp: string
  /** Files at fixed addresses. */
  readonly files: Readonly<Record<string, string>>
  readonly catalogue: Catalogue
}
