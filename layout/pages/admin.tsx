import { Include, page } from '#kit'
import type { customers, failed, locked, turnover } from '../../fragments/admin/fragment.tsx'

export default page('/admin', {
  title: 'Overview',
  access: 'staff',
  render: () => (
    <>
      <h1>Overview</h1>
      <div class="cols">
        <div>
          <Include<typeof turnover> src="/_/admin/turnover" />
        </div>
        <div>
          <Include<typeof customers> src="/_/admin/customers" />
          <Include<typeof locked> src="/_/admin/locked" />
        </div>
      </div>
      <Include<typeof failed> src="/_/admin/failed" />
    </>
  ),
})
