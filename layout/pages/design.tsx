/** The design system, shown by its own parts: what is here is what every page is made of. */
import { Include, page } from '#kit'
import { Amount } from '#kit/amount.tsx'
import { Card, Late } from '#kit/card.tsx'
import { BarChart } from '#kit/chart.tsx'
import { Facts, Figures } from '#kit/facts.tsx'
import { Field } from '#kit/field.tsx'
import { Notice } from '#kit/notice.tsx'
import type { history } from '../../fragments/rates/fragment.tsx'
import { Example } from '../help/example.tsx'
import { Colours, Sizes } from '../help/tokens.tsx'

export default page('/help/design', {
  title: 'Design system',
  description:
    'Every component of Selvedge’s pages with its name, when to use it and its markup, and the tokens behind them.',
  access: 'public',
  render: () => (
    <>
      <h1>Design system</h1>
      <p class="lead">
        Calm, exact, fast: closer to a well-set annual report than to a dashboard. Few components, one accent, hairlines
        instead of boxes, and nothing that needs JavaScript to be read.
      </p>
      <div class="cols">
        <div>
          <Components />
        </div>
        <div>
          <Colours />
          <Sizes />
          <Words />
        </div>
      </div>
    </>
  ),
})

function Components() {
  return (
    <>
      <Example
        id="head"
        name="Page head"
        use="A title with the one thing to do beside it. A page has one filled button."
      >
        <div class="head">
          <p class="lead">Payments</p>
          <a class="button" href="#button">
            New payment
          </a>
        </div>
      </Example>
      <Example
        id="navigation"
        name="Navigation"
        use="Where one is has the weight and the thread; it is at the top of this page."
      >
        <nav class="pages" aria-label="Example">
          <a href="#head" rel="prev">
            Newer
          </a>
          <a href="#card" rel="next">
            Older
          </a>
        </nav>
      </Example>
      <Example
        id="card"
        name="Card"
        from="kit/card.tsx"
        use="One section under its own heading: a strong rule above, nothing around."
      >
        <Card id="example-card" title="Recent payments">
          <p>Its content.</p>
        </Card>
      </Example>
      <Example
        id="late"
        name="Late, empty and stale"
        from="kit/card.tsx"
        use="A dashed rule is not settled yet. It says what that means for the money, and one next step."
      >
        <Late title="Your payments" href="#late" step="Try again">
          Your payments are taking a moment. Nothing is lost.
        </Late>
        <section class="card loose">
          <h2>No payments yet</h2>
          <p>When you send a payment it stays here, with every step it takes.</p>
        </section>
        <p>
          <small>As of 23 November 2026, 14:02 UTC.</small>
        </p>
      </Example>
      <Example
        id="list"
        name="List"
        use="Rows with their amount at the right. Below 640 pixels a row is two lines, and the amount stays where it was."
      >
        <table class="list" aria-labelledby="list">
          <thead>
            <tr>
              <th scope="col">Payee</th>
              <th scope="col">Date</th>
              <th scope="col">Status</th>
              <th scope="col" class="num">
                Amount
              </th>
            </tr>
          </thead>
          <tbody>
            <Row payee="Nordlys Energi" date="21 November" status="completed" word="Completed" amount={12_50} />
            <Row payee="Atelier Moreau" date="20 November" status="failed" word="Failed" amount={1_234_66} />
          </tbody>
        </table>
      </Example>
      <Example
        id="field"
        name="Field"
        from="kit/field.tsx"
        use="Label, hint, error, control, in this order and in one column. An error says what to do."
      >
        <Field
          form={FORM}
          name="payee"
          label="Payee"
          hint="Their name, as their bank knows it."
          value="Nordlys Energi"
        />
        <Field form={WRONG} name="amount" label="Amount" inputMode="decimal" />
        <Field form={FORM} name="currency" label="Currency" options={OPTIONS} value="EUR" />
      </Example>
      <Example
        id="button"
        name="Button"
        use="Filled for the one thing that a page is for, outlined for others, as a link beside one. Danger is a word and a colour."
      >
        <div class="buttons">
          <button type="button" class="button">
            Send payment
          </button>
          <button type="button" class="button plain">
            Show
          </button>
          <button type="button" class="button danger">
            Cancel payment
          </button>
          <button type="button" class="button link">
            Look again
          </button>
        </div>
      </Example>
      <Example id="status" name="Status" use="A word, and a shape before it that says the same without colour.">
        {STATES.map(([state, word]) => (
          <p key={state}>
            <span data-status={state}>{word}</span>
          </p>
        ))}
      </Example>
      <Example
        id="notice"
        name="Notice"
        from="kit/notice.tsx"
        use="Something happened to this page or this money: in bold first, and one next step last."
      >
        <Notice title="Your payment is on its way.">You can follow it here.</Notice>
        <Notice kind="bad" title="Your payment was not sent.">
          Nothing was taken. <a href="#field">Look at the amount</a>.
        </Notice>
      </Example>
      <Example
        id="dialog"
        name="Dialog"
        from="kit/confirm.island.tsx"
        use="One question that cannot wait, before what cannot be undone. The safe answer comes first. Without JavaScript its button sends at once."
      >
        <button type="button" class="button danger" popovertarget="example-dialog">
          Show the question
        </button>
        <dialog id="example-dialog" popover="auto" aria-labelledby="question">
          <h2 id="question">Cancel this payment?</h2>
          <p>Nothing has left your account yet.</p>
          <div class="buttons">
            <button type="button" class="button plain" popovertarget="example-dialog">
              Keep it
            </button>
          </div>
        </dialog>
      </Example>
      <Example
        id="facts"
        name="Facts"
        from="kit/facts.tsx"
        use="The details of one thing. A fact without a value is left out."
      >
        <Facts
          facts={[
            ['Payee', 'Nordlys Energi'],
            ['Reference', 'Invoice 4711'],
          ]}
        />
      </Example>
      <Example
        id="figures"
        name="Figures"
        from="kit/facts.tsx"
        use="The few numbers that matter most, side by side where there is room."
      >
        <Figures
          figures={[
            ['In', <Figure key="in" amount={5_000_00} />],
            ['Out', <Figure key="out" amount={1_247_16} />],
          ]}
        />
      </Example>
      <Example
        id="bars"
        name="Bars"
        from="kit/chart.tsx"
        use="Amounts side by side. The sentence for screen readers says what the eye would see; the figures are a table below."
      >
        <BarChart
          id="spent"
          title="Spent in a month"
          bars={SPENT}
          columns={['Month', 'Spent']}
          summary={SPENT_SUMMARY}
        />
      </Example>
      <Card id="lines" title="Lines">
        <p>
          Figures over time: the highest and the lowest carry their words, the last is now. As a fragment shows them,
          with the form that chooses. In <code>kit/chart.tsx</code>.
        </p>
        <Include<typeof history> src="/_/rates/history" currency="CHF" />
      </Card>
    </>
  )
}

function Figure({ amount }: { amount: number }) {
  return (
    <span class="num">
      <Amount amount={amount} currency="EUR" />
    </span>
  )
}

function Row({
  payee,
  date,
  status,
  word,
  amount,
}: {
  payee: string
  date: string
  status: string
  word: string
  amount: number
}) {
  return (
    <tr>
      <th scope="row">
        <a href="#list">{payee}</a>
      </th>
      <td>{date}</td>
      <td>
        <span data-status={status}>{word}</span>
      </td>
      <td class="num">
        <Amount amount={amount} currency="EUR" />
      </td>
    </tr>
  )
}

function Words() {
  return (
    <Card id="words" title="Words">
      <ul>
        <li>What happened, what it means for the money, and one next step.</li>
        <li>Plain and exact; no exclamation marks, no jokes about money.</li>
        <li>A button says what it does: “Send payment”, never “OK”.</li>
        <li>Times are UTC and stay true: “As of 14:02”, never “a minute ago”.</li>
      </ul>
    </Card>
  )
}

const STATES = [
  ['submitted', 'Submitted'],
  ['processing', 'Processing'],
  ['completed', 'Completed'],
  ['failed', 'Failed'],
  ['cancelled', 'Cancelled'],
  ['up', 'up'],
  ['down', 'down'],
  ['same', 'same'],
] as const

const FORM = { action: undefined, values: {}, errors: {}, problem: undefined, unsure: false }
const WRONG = {
  ...FORM,
  action: 'send',
  values: { amount: '12,50' },
  errors: { amount: 'Use a point before the cents: 12.50.' },
}
const OPTIONS = ['EUR', 'USD'].map((value) => ({ value, label: value }))

const SPENT = [
  { label: 'Jul', name: 'July 2026', value: 812_40, shown: '812.40 EUR' },
  { label: 'Aug', name: 'August 2026', value: 1_410_00, shown: '1,410.00 EUR' },
  { label: 'Sep', name: 'September 2026', value: 960_15, shown: '960.15 EUR' },
  { label: 'Oct', name: 'October 2026', value: 1_102_30, shown: '1,102.30 EUR' },
  { label: 'Nov', name: 'November 2026', value: 734_80, shown: '734.80 EUR' },
]
const SPENT_SUMMARY =
  'Spent in a month, July to November 2026. Most in August, 1,410.00 EUR, least in November so far, 734.80 EUR.'
