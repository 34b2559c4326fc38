/** What code of a fragment may know about the request it serves. */
import type { AskNeighbour } from './contract.ts'
import type { Database } from './database.ts'
import type { Log } from './log.ts'

/** An auditor sees what staff see, and changes nothing. */
export type Role = 'customer' | 'staff' | 'auditor'
export type Access = 'public' | 'customer' | 'staff'

/** Who asks, as the gateway vouches for in the signed identity. */
export interface User {
  readonly id: string
  readonly name: string
  readonly role: Role
  /** The session's public handle, never the secret in the cookie. */
  readonly session: string
}

export interface Request {
  readonly db: Database
  /** Asks another MFE by a contract. */
  readonly ask: AskNeighbour
  readonly log: Log
  /** Aborted when the deadline has passed: nobody waits for the answer any more. */
  readonly signal: AbortSignal
  /** W3C trace id, 32 hexadecimal digits. */
  readonly trace: string
  /** Path and query of the page that the answer is for; empty when the fragment was asked directly. */
  readonly page: string
  /** The client's address as the outermost proxy saw it. */
  readonly address: string
}

/** A cache shared by everybody must not see anybody: a cached fragment can read neither a user nor an address. */
export type Context<A extends Access, C> = C extends 'never'
  ? Request & { readonly user: A extends 'public' ? User | undefined : User }
  : Pick<Request, 'db' | 'ask' | 'log' | 'signal' | 'trace'>

/** An action runs for one request and is never cached. */
export type ActionContext = Request & { readonly user: User }
export type AnonymousContext = Request & { readonly user: User | undefined }
