import { Include, page } from '#kit'
import type { board } from '../../fragments/rates/fragment.tsx'

export default page('/', {
  title: 'Selvedge',
  description: 'A bank made like a selvedge: every payment is confirmed, followed to its end, and never sent twice.',
  access: 'public',
  render: () => (
    <div class="cols">
      <div>
        <h1>Money, woven so it cannot come undone</h1>
        <p class="lead">
          A selvedge is the edge of a cloth that holds every thread in place. Selvedge is a bank made the same way: each
          payment is confirmed, followed to its end, and never sent twice.
        </p>
        <p>
          <a class="button" href="/dashboard">
            Go to your money
          </a>
        </p>
        <section class="card" aria-labelledby="promise">
          <h2 id="promise">What you can count on</h2>
          <dl class="facts">
            <Pledge name="Never paid twice">
              Press the button again, lose the line, come back tomorrow: one payment stays one payment.
            </Pledge>
            <Pledge name="Nothing hidden">
              Every payment says where it is: submitted, processing, completed, failed or cancelled.
            </Pledge>
            <Pledge name="Several currencies">
              Pay in euro, US dollar, pound sterling and more, at rates anyone can read here.
            </Pledge>
            <Pledge name="Any line, any phone">
              A whole page is smaller than one photograph. It works on an old phone, on a slow line, and without
              JavaScript.
            </Pledge>
          </dl>
        </section>
      </div>
      <div>
        <Include<typeof board> src="/_/rates/board" />
      </div>
    </div>
  ),
})

function Pledge({ name, children }: { name: string; children: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
