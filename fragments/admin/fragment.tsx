/**
 * Admin: what staff see of customers and their payments, and the audit log of what happened to them. All else is kept by
 * auth and payments, which answer by contract; either may be away while the rest of a page stands.
 *
 * None of its fragments has tags: only the owners know which changes an answer hangs on, names among them. So its pages
 * have no ETag and are always fresh.
 */
export { events } from './audit-events.ts'
export { audit } from './audit-list.tsx'
export { customers } from './customers.tsx'
export { failed } from './failed.tsx'
export { locked } from './locked.tsx'
export { payments } from './payments.tsx'
export { turnover } from './turnover.tsx'
export { user } from './user.tsx'
export { userPayments } from './user-payments.tsx'
export { users } from './users.tsx'
