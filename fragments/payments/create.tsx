/** The form for a new payment. Each form carries a key that is spent once: pressing the button twice pays once. */
import { randomUUID } from 'node:crypto'
import { action, type FormState, fragment, Invalid, Island, redirect, z } from '#kit'
import { Card, Late } from '#kit/card.tsx'
import Confirm from '#kit/confirm.island.tsx'
import { Facts } from '#kit/facts.tsx'
import { ErrorSummary, Field, Hidden } from '#kit/field.tsx'
import { CURRENCIES, formatMoney } from '#kit/money.ts'
import Check from './check.island.tsx'
import { readOrder, TYPED_ORDER } from './order.ts'
import { submit } from './payments.ts'
import { checkOrder, isLarge, nameOrder, type Order } from './rules.ts'

const OPTIONS = CURRENCIES.map((currency) => ({ value: currency, label: currency }))
/** No field, and its error is no sentence but the id of the payment that the form's key was spent on. */
const FIRST = 'first'
/** No field either: its error is what has to be confirmed. */
const LOOK = 'look'

export const create = fragment('/_/payments/create', {
  access: 'customer',
  cache: 'never',
  timeout: '2s',
  proof: { href: '/payments', words: 'See your payments' },
  load: () => ({ freshKey: randomUUID() }),

  actions: {
    submit: action(
      {
        ...TYPED_ORDER,
        key: z.uuid('This form was damaged on its way. Look at it once more, then send it.'),
        confirmed: z.string().max(200).optional(),
      },
      async ({ key, confirmed, ...typed }, { db, user }) => {
        const order = readOrder(typed)
        const name = nameOrder(order)
        // Also one that has become small since: the button that was pressed names the other amount.
        if ((isLarge(order) || confirmed) && confirmed !== name) throw new Invalid({ [LOOK]: name }, 'Look once more.')
        const { outcome, payment } = await submit(db, user.id, order, key)
        if (outcome === 'spent')
          throw new Invalid({ [FIRST]: payment.id }, 'This form had already sent another payment.')
        return redirect(`/payments/${payment.id}`)
      },
    ),
  },

  render: ({ freshKey }, { post, form }) => {
    const first = firstPayment(form)
    const look = orderToConfirm(form)
    const { key: damaged, ...errors } = form.errors
    return (
      <>
        <h1>New payment</h1>
        <div class="cols">
          <div>
            {first ? (
              <Spent form={form} first={first} />
            ) : look ? (
              <LookOnceMore order={look} />
            ) : (
              <ErrorSummary form={{ ...form, errors, problem: damaged }} title="The payment was not sent." />
            )}
            <form {...post.submit}>
              {/* A refused order keeps its key, since nothing was sent with it; a spent key is replaced. */}
              <Hidden name="key" value={first || damaged ? freshKey : (form.values.key ?? freshKey)} />
              <Hidden name="confirmed" value={look ? nameOrder(look) : ''} />
              <Field
                form={form}
                name="payee"
                label="Payee"
                hint="The name on their account."
                autocomplete="off"
                required
              />
              <div class="row">
                <Field form={form} name="amount" label="Amount" inputMode="decimal" autocomplete="off" required />
                <Field form={form} name="currency" label="Currency" value="EUR" options={OPTIONS} />
              </div>
              <Field
                form={form}
                name="description"
                label="Description"
                hint="The payee sees it. An invoice number helps them."
                maxLength={140}
              />
              <Island
                of={Check}
                when="idle"
                props={{
                  typed: { amount: form.values.amount, currency: form.values.currency },
                  question: { text: 'You can cancel it for ten minutes. After that we send it on.', no: 'Not yet' },
                }}
              />
              <Island of={Confirm} when="idle" props={{ button: look ? `Pay ${formatMoney(look)}` : 'Send payment' }} />
            </form>
          </div>
          <div>
            <BeforeYouSend />
          </div>
        </div>
      </>
    )
  },

  fallback: (
    <Late title="New payment" level={1} href="/payments/new" step="Try again">
      The form is taking a moment. Nothing was sent.
    </Late>
  ),
})

/** A field of that name that somebody sends along has a sentence as its error, as any unknown field has. */
function firstPayment({ errors }: FormState): string | undefined {
  return z.uuid().safeParse(errors[FIRST]).data
}

/** The order that was sent without a look at it once more. Read anew: anybody can send a field of that name. */
function orderToConfirm({ errors, values }: FormState): Order | undefined {
  const { order } = checkOrder(values)
  return order && errors[LOOK] && errors[LOOK] === nameOrder(order) ? order : undefined
}

function LookOnceMore({ order }: { order: Order }) {
  return (
    // biome-ignore lint/a11y/noAutofocus: the page was just asked for; a screen reader begins with what is asked.
    <div class="notice" role="alert" tabIndex={-1} id="errors" autoFocus>
      <p>
        <strong>Look once more.</strong> {isLarge(order) ? 'This is a large payment' : 'You have changed it'}, so
        nothing has been sent yet. {formatMoney(order)} goes to {order.payee}. If that is right, press “Pay{' '}
        {formatMoney(order)}”.
      </p>
    </div>
  )
}

function Spent({ form, first }: { form: FormState; first: string }) {
  return (
    <ErrorSummary form={form} title="This second payment was not sent.">
      <p>The same form had already sent a payment with other values. If you want both, press Send payment again.</p>
      <a class="button plain" href={`/payments/${first}`}>
        See the first payment
      </a>
    </ErrorSummary>
  )
}

function BeforeYouSend() {
  return (
    <Card id="know" title="Before you send">
      <Facts
        facts={[
          ['Sent once', 'However often you press the button, this form pays once.'],
          [
            'Changed your mind',
            'You can cancel until we send it on: a few seconds, or ten minutes from 10,000 upward.',
          ],
          ['Fee', 'None. The payee gets the whole amount, out of what you have in its currency.'],
        ]}
      />
    </Card>
  )
}
