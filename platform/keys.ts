/** Keys of a run: nobody outside of it can sign for anybody in it. */
import { createIdentityKeys } from '#kit/identity.ts'
import { createNeighbourKeys, type NeighbourKeys } from '#kit/neighbours.ts'

export interface Keys {
  /** A pair in PEM: the gateway signs who somebody is, the services verify it. */
  readonly identity: { readonly privateKey: string; readonly publicKey: string }
  readonly neighbours: NeighbourKeys
}

export function createKeys(mfes: readonly string[]): Keys {
  return { identity: createIdentityKeys(), neighbours: createNeighbourKeys(mfes) }
}
