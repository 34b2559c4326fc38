import { Include, page } from '#kit'
import type { recent as recentNotes } from '../../fragments/notifications/fragment.tsx'
import type { balances, recent, spending } from '../../fragments/payments/fragment.tsx'
import type { board } from '../../fragments/rates/fragment.tsx'

export default page('/dashboard', {
  title: 'Overview',
  access: 'customer',
  render: () => (
    <>
      <div class="head">
        <h1>Overview</h1>
        <a class="button" href="/payments/new">
          New payment
        </a>
      </div>
      <Include<typeof balances> src="/_/payments/balances" />
      <div class="cols">
        <div>
          <Include<typeof recent> src="/_/payments/recent" limit={5} />
          <Include<typeof spending> src="/_/payments/spending" />
        </div>
        <div>
          <Include<typeof recentNotes> src="/_/notifications/recent" limit={3} />
          <Include<typeof board> src="/_/rates/board" />
        </div>
      </div>
    </>
  ),
})
