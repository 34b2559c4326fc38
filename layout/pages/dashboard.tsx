import { Include, page } from '#kit'
import type { recent } from '../../fragments/payments/fragment.tsx'
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
      <div class="cols">
        <div>
          <Include<typeof recent> src="/_/payments/recent" limit={5} />
        </div>
        <div>
          <Include<typeof board> src="/_/rates/board" />
        </div>
      </div>
    </>
  ),
})
