/** Every page of the portal, from its routes: an address that shows it, and who sees it. A new page is in here by itself. */
import type { Page } from '#kit/page.ts'
import { routes } from '../layout/routes.ts'
import type { Portal } from './portal.ts'

export interface Visit {
  /** `/payments/:id` */
  readonly route: string
  /** `/payments/1f0c…` */
  readonly path: string
  /** The visitor's `Cookie`; empty for a stranger. */
  readonly cookie: string
}

const ACCOUNTS = { customer: 'alice@example.com', staff: 'admin@example.com' } as const

export interface Plan {
  readonly visits: readonly Visit[]
  readonly cookies: { readonly customer: string; readonly staff: string }
}

/** Signs in once for each role. Throws for a route with a parameter that nobody has told us a value of. */
export async function planVisits(portal: Portal): Promise<Plan> {
  const cookies = {
    customer: await portal.signIn(ACCOUNTS.customer),
    staff: await portal.signIn(ACCOUNTS.staff),
  }
  const ids = await readIds(portal, cookies.customer)
  const visits = routes.map((page) => ({
    route: page.route,
    path: fillRoute(page, ids),
    cookie: page.access === 'public' ? '' : cookies[page.access],
  }))
  return { visits, cookies }
}

/** What stands for `:id` of each route that has one. */
async function readIds(portal: Portal, cookie: string): Promise<Record<string, string>> {
  const list = await portal.get('/api/payments', { cookie })
  const session = await portal.get('/api/session', { cookie })
  const { payments }: { payments: { id: string }[] } = JSON.parse(list.body)
  const { user }: { user: { id: string } } = JSON.parse(session.body)
  return { '/payments/:id': payments[0]?.id ?? '', '/admin/users/:id': user.id }
}

function fillRoute({ route }: Page, ids: Readonly<Record<string, string>>): string {
  if (!route.includes(':')) return route
  const id = ids[route]
  if (!id) throw new Error(`${route} needs a value for its parameter. Add one in bench/visits.ts.`)
  return route.replace(/:\w+/, id)
}
