/** What a process of the cluster is told when it starts: a file that is gone once it was read, with the keys that it needs. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Manifest } from '#kit/build/manifest.ts'
import type { Config } from '#kit/config.ts'
import type { NeighbourKeys } from '#kit/neighbours.ts'
import type { Site } from '#kit/site.ts'
import type { Run } from '../machine/folder.ts'
import type { HubPlace } from './hub.ts'
import type { Keys } from './keys.ts'

interface Common {
  readonly run: Pick<Run, 'path' | 'sockets'>
  readonly databaseUrl: string
  readonly logLevel: Config['logLevel']
  /** The name of its own socket. */
  readonly socket: string
}

export type Order =
  | (Common & { readonly kind: 'gateway'; readonly site: Site; readonly keys: Pick<Keys, 'identity'> })
  | (Common & { readonly kind: 'layout'; readonly manifest: Manifest })
  | (Common & {
      readonly kind: 'mfe'
      readonly mfe: string
      readonly manifest: Manifest
      readonly keys: { readonly neighbours: NeighbourKeys; readonly identity: { readonly publicKey: string } }
      readonly hub: HubPlace
    })

/** Returns the path of the file. */
export function writeOrder(run: Pick<Run, 'path'>, name: string, order: Order): string {
  const folder = join(run.path, 'orders')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, `${name}.json`)
  writeFileSync(path, JSON.stringify(order), { mode: 0o600 })
  return path
}

/** What we wrote ourselves, for the very same sources. It is read once: keys do not stay where others could read them. */
export function takeOrder(path: string): Order {
  const order: Order = JSON.parse(readFileSync(path, 'utf8'))
  rmSync(path)
  return order
}

/** An MFE's share of the keys: its own, and what it needs to believe the others. */
export function keysFor(mfe: string, { identity, neighbours }: Keys) {
  const own = neighbours.private[mfe]
  return {
    identity: { publicKey: identity.publicKey },
    neighbours: { private: own === undefined ? {} : { [mfe]: own }, public: neighbours.public },
  }
}

/** The same of the hub's. */
export function hubFor(mfe: string, { url, keys }: HubPlace): HubPlace {
  const pick = (all: Readonly<Record<string, string>>) => (all[mfe] === undefined ? {} : { [mfe]: all[mfe] })
  return { url, keys: { private: pick(keys.private), public: keys.public, passwords: pick(keys.passwords) } }
}
