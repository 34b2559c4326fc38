/**
 * Admin: what staff see of customers and their payments. It keeps no data of customers; auth and payments answer by
 * contract, and either may be away while the rest of a page stands.
 *
 * None of its fragments has tags: only the owners know which changes an answer hangs on. So its pages have no ETag and
 * are always fresh.
 */
export { customers } from './customers.tsx'
export { failed } from './failed.tsx'
export { locked } from './locked.tsx'
export { payments } from './payments.tsx'
export { turnover } from './turnover.tsx'
export { user } from './user.tsx'
export { userPayments } from './user-payments.tsx'
export { users } from './users.tsx'
