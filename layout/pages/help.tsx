import { Include, page } from '#kit'
import { Card } from '#kit/card.tsx'
import { Facts } from '#kit/facts.tsx'
import type { demo } from '../../fragments/auth/fragment.tsx'
import { ARTICLES } from '../help/articles.ts'

export default page('/help', {
  title: 'Help',
  description: 'How Selvedge keeps your payments safe, and how to see everything that can happen to one.',
  access: 'public',
  render: () => (
    <>
      <h1>Help</h1>
      <div class="cols">
        <div>
          <Card id="topics" title="What it is about">
            <Facts
              facts={ARTICLES.map(({ slug, title, description }) => [
                // The id is where links from before these pages were lead to.
                <a id={slug} href={`/help/${slug}`}>
                  {title}
                </a>,
                description,
              ])}
            />
          </Card>
        </div>
        <div>
          <Card id="try" title="Try it">
            <Include<typeof demo> src="/_/auth/demo" />
            <p>What happens to a payment depends on its last digits, so that you can see all that can happen:</p>
            <ul>
              <li>.13 and .66 fail, each for a reason of its own;</li>
              <li>.99 takes longer, then completes;</li>
              <li>from 10,000.00 on it waits ten minutes, in which it can be cancelled.</li>
            </ul>
            <p>
              <a href="/help/trying-it">Five things worth trying</a>
            </p>
          </Card>
        </div>
      </div>
      <p>
        For those who build pages: <a href="/help/design">the design system</a>, shown by its own parts.
      </p>
    </>
  ),
})
