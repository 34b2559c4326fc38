/** A small bank: a page of each kind. */
import type { Site, SiteEndpoint, SiteFragment, SiteInclude, SitePage } from '#kit/site.ts'

export function fragmentOf(route: string, given: Partial<SiteFragment> = {}): SiteFragment {
  const [, , mfe = '', name = ''] = route.split('/')
  return {
    route,
    mfe,
    name,
    access: 'public',
    cache: undefined,
    tags: [],
    includes: [],
    timeout: 300,
    inputs: [],
    actions: [],
    fallback: `<p>${name} takes a moment</p>`,
    ...given,
  }
}

export function pageOf(route: string, id: string, given: Partial<SitePage> = {}): SitePage {
  return { route, id, access: 'public', inputs: [], includes: [], styles: [], ...given }
}

export function includeOf(fragment: string, query = '', primary = false): SiteInclude {
  return { fragment, query, params: {}, primary }
}

function endpointOf(method: SiteEndpoint['method'], path: string, given: Partial<SiteEndpoint> = {}): SiteEndpoint {
  return { method, path, mfe: 'payments', access: 'customer', inputs: [], takesBody: false, timeout: 1000, ...given }
}

const ID = { name: 'id', pattern: '[a-z0-9]{1,12}', required: true }
const CACHED = { cache: { seconds: 60, stale: 3600 }, tags: ['rates'] }

export const SITE: Site = {
  build: 'build-1',
  pages: [
    pageOf('/', 'home', { includes: [includeOf('/_/rates/board', '?base=EUR'), includeOf('/_/auth/account')] }),
    pageOf('/rates', 'rates', {
      inputs: [{ name: 'base', pattern: 'EUR|USD', required: false, in: 'query' }],
      includes: [includeOf('/_/rates/board', '?base=$q_base'), includeOf('/_/rates/summary')],
    }),
    pageOf('/dashboard', 'dashboard', {
      access: 'customer',
      includes: [
        includeOf('/_/rates/board', '?base=EUR'),
        includeOf('/_/payments/recent', '?limit=5'),
        includeOf('/_/payments/slow'),
      ],
    }),
    pageOf('/payments/new', 'payments-new', {
      access: 'customer',
      includes: [includeOf('/_/payments/new', '', true)],
    }),
    pageOf('/payments/:id', 'payments-id', {
      access: 'customer',
      inputs: [
        { ...ID, in: 'path' },
        { name: 'cursor', pattern: '[A-Za-z0-9%]{0,20}', required: false, in: 'query' },
      ],
      includes: [
        includeOf('/_/payments/detail', '?id=$q_id', true),
        includeOf('/_/payments/recent', '?limit=5&after=$q_cursor'),
      ],
    }),
    pageOf('/sign-in', 'sign-in', {
      inputs: [{ name: 'next', pattern: '[A-Za-z0-9%._-]{0,200}', required: false, in: 'query' }],
      includes: [includeOf('/_/auth/sign-in', '?next=$q_next', true)],
    }),
    pageOf('/search', 'search', {
      inputs: [{ name: 'q', pattern: '[a-z]{1,9}', required: true, in: 'query' }],
      includes: [includeOf('/_/rates/summary')],
    }),
    pageOf('/admin', 'admin', { access: 'staff', includes: [includeOf('/_/admin/users')] }),
  ],
  fragments: [
    fragmentOf('/_/rates/board', { ...CACHED, timeout: 2000 }),
    fragmentOf('/_/rates/summary', CACHED),
    fragmentOf('/_/rates/plain', { cache: { seconds: 1, stale: 0 } }),
    fragmentOf('/_/auth/account'),
    fragmentOf('/_/auth/sign-in', { actions: ['submit'] }),
    fragmentOf('/_/payments/recent', { access: 'customer', actions: ['hide'] }),
    fragmentOf('/_/payments/slow', { access: 'customer', timeout: 2000 }),
    fragmentOf('/_/payments/new', { access: 'customer', actions: ['submit', 'check'] }),
    fragmentOf('/_/payments/detail', { access: 'customer', inputs: [ID], actions: ['cancel'] }),
    fragmentOf('/_/admin/users', { access: 'staff' }),
  ],
  endpoints: [
    endpointOf('GET', '/api/payments'),
    endpointOf('POST', '/api/payments', { takesBody: true }),
    endpointOf('GET', '/api/payments/:id', { inputs: [ID] }),
    endpointOf('DELETE', '/api/payments/:id', { inputs: [ID] }),
    endpointOf('POST', '/api/session', { mfe: 'auth', access: 'public', takesBody: true }),
    endpointOf('GET', '/api/rates', { mfe: 'rates', access: 'public' }),
  ],
}
