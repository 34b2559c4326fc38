/** Read this first: every page of the portal, by its URL. */
import type { Page } from '#kit/page.ts'
import admin from './pages/admin.tsx'
import adminAudit from './pages/admin-audit.tsx'
import adminPayments from './pages/admin-payments.tsx'
import adminUser from './pages/admin-user.tsx'
import adminUsers from './pages/admin-users.tsx'
import dashboard from './pages/dashboard.tsx'
import design from './pages/design.tsx'
import help from './pages/help.tsx'
import { helpArticles } from './pages/help-articles.tsx'
import home from './pages/home.tsx'
import newPayment from './pages/new-payment.tsx'
import notifications from './pages/notifications.tsx'
import payment from './pages/payment.tsx'
import payments from './pages/payments.tsx'
import profile from './pages/profile.tsx'
import profileClosed from './pages/profile-closed.tsx'
import profileEdit from './pages/profile-edit.tsx'
import profileStaff from './pages/profile-staff.tsx'
import rates from './pages/rates.tsx'
import signIn from './pages/sign-in.tsx'
import signOut from './pages/sign-out.tsx'

export const routes: readonly Page[] = [
  home, //        /
  rates, //       /rates
  help, //        /help
  design, //      /help/design
  ...helpArticles, // /help/…, one for each file in layout/help
  signIn, //      /sign-in
  signOut, //     /sign-out
  dashboard, //   /dashboard
  payments, //    /payments
  newPayment, //  /payments/new
  payment, //     /payments/:id
  notifications, // /notifications
  profile, //       /profile
  profileEdit, //   /profile/edit
  profileClosed, // /profile/closed
  admin, //         /admin
  adminUsers, //    /admin/users
  adminUser, //     /admin/users/:id
  adminPayments, // /admin/payments
  adminAudit, //    /admin/audit
  profileStaff, //  /admin/account
]
