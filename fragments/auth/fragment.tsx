/** Auth: who you are. Everything this micro-frontend gives to pages, programs and the platform. */
export { account } from './account.tsx'
export { closeSession, openSession, readSession } from './api.ts'
export { demo } from './demo.tsx'
export { housekeeping } from './housekeeping.ts'
export { signIn } from './sign-in.tsx'
export { signOut } from './sign-out.tsx'
