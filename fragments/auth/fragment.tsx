/** Auth: who you are. Everything this micro-frontend gives to pages, programs and the platform. */

export {
  accountFigures,
  exportAccount,
  findAccounts,
  readAccounts,
  setAccountLock,
} from './answers.ts'
export { closeSession, openSession, readSession } from './api.ts'
export { close } from './close.tsx'
export { closed } from './closed.tsx'
export { demo } from './demo.tsx'
export { housekeeping } from './housekeeping.ts'
export { password } from './password.tsx'
export { signIn } from './sign-in.tsx'
export { signOut } from './sign-out.tsx'
