/** What auth answers to other MFEs. */
import { z } from 'zod'
import { contract, moment } from '#kit/contract.ts'

const ROLES = ['customer', 'staff', 'auditor'] as const

const Account = z.object({
  id: z.uuid(),
  email: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  /** Closed: by its owner, for good. Locked: by staff, until it is unlocked. */
  state: z.enum(['open', 'locked', 'closed']),
  createdAt: moment,
  /** When somebody last signed in. */
  lastSeenAt: moment.nullable(),
})

/**
 * Accounts by a part of their name or address, by name, a page at a time. `after` is the `next` of an answer: the id of
 * the last account, since no account is ever deleted.
 */
export const findAccounts = contract('auth/find-accounts', {
  callers: ['admin'],
  input: {
    q: z.string().max(60).optional(),
    state: z.enum(['open', 'locked', 'closed']).optional(),
    role: z.enum(ROLES).optional(),
    after: z.uuid().optional(),
    limit: z.int().min(1).max(50),
  },
  output: z.object({ accounts: z.array(Account), next: z.uuid().nullable() }),
})

/** Accounts by their ids; unknown ids are left out. */
export const readAccounts = contract('auth/read-accounts', {
  callers: ['admin', 'profile'],
  input: { ids: z.array(z.uuid()).max(100) },
  output: z.object({ accounts: z.array(Account) }),
})

/** How many accounts there are, by role and state, and how many sessions are open. */
export const accountFigures = contract('auth/figures', {
  callers: ['admin'],
  output: z.object({
    accounts: z.array(z.object({ role: z.enum(ROLES), state: z.enum(['open', 'locked', 'closed']), count: z.int() })),
    sessions: z.int(),
  }),
})

/**
 * Locks or unlocks a customer's account for a reason. Locking ends its sessions. `Conflict` where it is so already or
 * closed, `NotFound` for an unknown one, `Forbidden` for accounts that are no customer's.
 */
export const setAccountLock = contract('auth/set-lock', {
  callers: ['admin'],
  input: {
    id: z.uuid(),
    locked: z.boolean(),
    reason: z.string().min(1).max(200),
    /** Who does it. */
    actor: z.uuid(),
  },
  output: z.object({ account: Account }),
})

/** Everything that auth holds about a person, for the person: the format is for reading, not for programs. */
export const exportAccount = contract('auth/export', {
  callers: ['profile'],
  timeout: '5s',
  input: { userId: z.uuid() },
  output: z.object({ data: z.unknown() }),
})
