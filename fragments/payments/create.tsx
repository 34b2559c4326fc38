/** The form for a new payment. Each form carries a key that is spent once: pressing the button twice pays once. */
import { randomUUID } from 'node:crypto'
import { action, type FormState, fragment, Invalid, redirect, z } from '#kit'
import { ErrorSummary, Field, Hidden } from '#kit/field.tsx'
import { CURRENCIES } from '#kit/money.ts'
import { readOrder, TYPED_ORDER } from './order.ts'
import { submit } from './payments.ts'

const OPTIONS = CURRENCIES.map((currency) => ({ value: currency, label: currency }))
/** No field, and its error is no sentence but the id of the payment that the form's key was spent on. */
const FIRST = 'first'

export const create = fragment('/_/payments/create', {
  access: 'customer',
  cache: 'never',
  timeout: '2s',
  proof: { href: '/payments', words: 'See your payments' },
  load: () => ({ freshKey: randomUUID() }),

  actions: {
    submit: action(
      { ...TYPED_ORDER, key: z.uuid('This form was damaged on its way. Look at it once more, then send it.') },
      async ({ key, ...typed }, { db, user }) => {
        const { outcome, payment } = await submit(db, user.id, readOrder(typed), key)
        if (outcome === 'spent')
          throw new Invalid({ [FIRST]: payment.id }, 'This form had already sent another payment.')
        return redirect(`/payments/${payment.id}`)
      },
    ),
  },

  render: ({ freshKey }, { post, form }) => {
    const first = firstPayment(form)
    const { key: damaged, ...errors } = form.errors
    return (
      <>
        <h1>New payment</h1>
        <div class="cols">
          <div>
            {first ? (
              <Spent form={form} first={first} />
            ) : (
              <ErrorSummary form={{ ...form, errors, problem: damaged }} title="The payment was not sent." />
            )}
            <form {...post.submit}>
              {/* A refused order keeps its key, since nothing was sent with it; a spent key is replaced. */}
              <Hidden name="key" value={first || damaged ? freshKey : (form.values.key ?? freshKey)} />
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
              <button type="submit" class="button">
                Send payment
              </button>
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
    <section class="card loose">
      <h1>New payment</h1>
      <p>The form is taking a moment. Nothing was sent.</p>
      <p>
        <a href="/payments/new">Try again</a>
      </p>
    </section>
  ),
})

/** A field of that name that somebody sends along has a sentence as its error, as any unknown field has. */
function firstPayment({ errors }: FormState): string | undefined {
  return z.uuid().safeParse(errors[FIRST]).data
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
    <section class="card" aria-labelledby="know">
      <h2 id="know">Before you send</h2>
      <dl class="facts">
        <div>
          <dt>Sent once</dt>
          <dd>However often you press the button, this form pays once.</dd>
        </div>
        <div>
          <dt>Changed your mind</dt>
          <dd>You can cancel until we send it on: a few seconds, or ten minutes from 10,000 upward.</dd>
        </div>
        <div>
          <dt>Fee</dt>
          <dd>
            None for sending. Changing money has its price in the <a href="/rates">rates</a>.
          </dd>
        </div>
      </dl>
    </section>
  )
}
