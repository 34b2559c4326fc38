/** Read this first: every page of the portal, by its URL. */
import type { Page } from '#kit/page.ts'
import dashboard from './pages/dashboard.tsx'
import help from './pages/help.tsx'
import home from './pages/home.tsx'
import newPayment from './pages/new-payment.tsx'
import payment from './pages/payment.tsx'
import payments from './pages/payments.tsx'
import rates from './pages/rates.tsx'
import signIn from './pages/sign-in.tsx'
import signOut from './pages/sign-out.tsx'

export const routes: readonly Page[] = [
  home, //        /
  rates, //       /rates
  help, //        /help
  signIn, //      /sign-in
  signOut, //     /sign-out
  dashboard, //   /dashboard
  payments, //    /payments
  newPayment, //  /payments/new
  payment, //     /payments/:id
]
