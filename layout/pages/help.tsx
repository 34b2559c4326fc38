import { Include, page } from '#kit'
import type { demo } from '../../fragments/auth/fragment.tsx'

export default page('/help', {
  title: 'Help',
  description: 'How Selvedge keeps your payments safe, and how to see everything that can happen to one.',
  access: 'public',
  render: () => (
    <>
      <h1>Help</h1>
      <section class="card" aria-labelledby="try">
        <h2 id="try">Try it</h2>
        <Include<typeof demo> src="/_/auth/demo" />
        <p>What happens to a payment depends on its last digits, so that you can see everything that can happen:</p>
        <dl class="facts">
          <div>
            <dt>Ends in .13</dt>
            <dd>Fails: there is not enough money.</dd>
          </div>
          <div>
            <dt>Ends in .66</dt>
            <dd>Fails: the payee’s bank refuses it.</dd>
          </div>
          <div>
            <dt>Ends in .99</dt>
            <dd>Takes longer, then completes.</dd>
          </div>
          <div>
            <dt>10,000.00 and more</dt>
            <dd>Waits ten minutes, in which it can be cancelled.</dd>
          </div>
          <div>
            <dt>Anything else</dt>
            <dd>Completes within a few seconds.</dd>
          </div>
        </dl>
      </section>
      <section class="card" aria-labelledby="security">
        <h2 id="security">Security</h2>
        <p>
          We never ask for your password by e-mail or telephone. After five minutes without you, we sign you out. A
          payment is sent once, however often its button is pressed.
        </p>
      </section>
      <section class="card" aria-labelledby="privacy">
        <h2 id="privacy">Privacy</h2>
        <p>
          One cookie keeps you signed in; it holds a random number and nothing about you. Your pages are never stored by
          your browser or by our caches.
        </p>
      </section>
    </>
  ),
})
