/** Where the main navigation leads, for each kind of person, and which of its links is where one is. */
import type { User } from '#kit'

type Link = readonly [href: string, name: string]

interface Place {
  readonly href: string
  readonly name: string
  /** `page`: this very page. `true`: the page is in this section. */
  readonly current: 'page' | 'true' | undefined
}

const STRANGER: readonly Link[] = [
  ['/rates', 'Rates'],
  ['/help', 'Help'],
  ['/sign-in', 'Sign in'],
]

const CUSTOMER: readonly Link[] = [
  ['/dashboard', 'Overview'],
  ['/payments', 'Payments'],
  ['/rates', 'Rates'],
]

const STAFF: readonly Link[] = [
  ['/admin', 'Overview'],
  ['/admin/users', 'Users'],
  ['/admin/payments', 'Payments'],
  ['/admin/audit', 'Audit'],
]

/** When we cannot say who asks: right for all, since who is signed out is asked to sign in at the last one. */
export const FOR_EVERYBODY: readonly Link[] = [
  ['/rates', 'Rates'],
  ['/help', 'Help'],
  ['/dashboard', 'Your account'],
]

/** Who one is, and what one may change of it. */
const OWN: Readonly<Record<User['role'], Link>> = {
  customer: ['/profile', 'Your profile'],
  staff: ['/admin/account', 'Your account'],
  auditor: ['/admin/account', 'Your account'],
}

/** The links for this kind of person, and the one that their name is. `page` is the id of the page that they are on. */
export function placesOf(role: User['role'] | undefined, page: string | undefined): { main: Place[]; own?: Place } {
  const [main, own] = [linksOf(role), role && OWN[role]]
  const section = sectionOf(page, own ? [...main, own] : main)
  const placeOf = ([href, name]: Link): Place => ({
    href,
    name,
    current: idOf(href) === page ? 'page' : href === section ? 'true' : undefined,
  })
  return { main: main.map(placeOf), ...(own && { own: placeOf(own) }) }
}

function linksOf(role: User['role'] | undefined): readonly Link[] {
  if (role === undefined) return STRANGER
  return role === 'customer' ? CUSTOMER : STAFF
}

/** The longest address that the page's begins with: `/admin/users/:id` is in Users, not in Overview. */
function sectionOf(page: string | undefined, links: readonly Link[]): string | undefined {
  const around = links.map(([href]) => href).filter((href) => page === idOf(href) || page?.startsWith(`${idOf(href)}-`))
  return around.toSorted((a, b) => b.length - a.length)[0]
}

/** Page ids are made of their routes: `/payments/new` is `payments-new`. */
function idOf(href: string): string {
  return href.slice(1).replaceAll('/', '-')
}
