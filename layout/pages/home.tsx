import { Include, image, Picture, page } from '#kit'
import { Card } from '#kit/card.tsx'
import { Facts } from '#kit/facts.tsx'
import type { board } from '../../fragments/rates/fragment.tsx'

const cloth = image(import.meta, '../images/cloth.image.jpg')
const darkCloth = image(import.meta, '../images/cloth-dark.image.jpg')

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
        <p class="buttons">
          <a class="button" href="/dashboard">
            Go to your money
          </a>
          <a class="button link" href="/help/trying-it">
            Try it without risk
          </a>
        </p>
        <Card id="promise" title="What you can count on">
          <dl class="facts">
            <Pledge name="Never paid twice">
              Press the button again, lose the line, come back tomorrow: one payment stays one payment.
            </Pledge>
            <Pledge name="Nothing hidden">
              Every payment says where it is: submitted, processing, completed, failed or cancelled.
            </Pledge>
            <Pledge name="Any line, any phone">
              A whole page is smaller than one photograph. It works on an old phone, on a slow line, and without
              JavaScript.
            </Pledge>
            <Pledge name="For everybody">
              With a screen reader, with the keyboard alone, in large print: every page is checked for it.
            </Pledge>
          </dl>
        </Card>
        <Card id="costs" title="What it costs">
          <Facts
            facts={[
              ['An account', 'Nothing.'],
              ['A payment', 'Nothing, in any of our five currencies.'],
              [
                'Changing money',
                <>
                  0.66 % below or above the middle rate, and nothing else.{' '}
                  <a href="/rates#convert">See what yours is worth</a>
                </>,
              ],
            ]}
          />
        </Card>
      </div>
      <div>
        <Picture
          of={cloth}
          dark={darkCloth}
          alt="The edge of an indigo cloth: its threads turn back into it, bound in white with one line of gold."
          sizes="(min-width: 60em) 25rem, (min-width: 33em) 30rem, calc(100vw - 40px)"
        />
        <Include<typeof board> src="/_/rates/board" />
        <Card id="safe" title="Is my money safe?">
          <p>
            We never ask for your password, sign you out when you are gone, and keep your pages out of your browser’s
            memory. A payment that fails takes nothing.
          </p>
          <p>
            <a href="/help/security">What we do, and what only you can do</a>
          </p>
        </Card>
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
