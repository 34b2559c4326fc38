/** One payment: what it is, where it is, and how to stop it while that is possible. */
import type { VNode } from 'preact'
import { action, type FormState, fragment, z } from '#kit'
import { Hidden, UnsureNotice } from '#kit/field.tsx'
import { formatMoney } from '#kit/money.ts'
import { cancel, find, type Payment } from './payments.ts'
import { Steps } from './steps.tsx'
import { listSteps } from './store.ts'
import { Status } from './table.tsx'
import { Moment } from './times.tsx'

export const detail = fragment('/_/payments/detail', {
  access: 'customer',
  cache: 'never',
  timeout: '1s',
  proof: { href: '/payments', words: 'See your payments' },
  tags: ['payment:{id}'],
  input: { id: z.uuid() },
  load: async ({ id }, { db, user }) => {
    const payment = await find(db, user.id, id)
    return { payment, steps: await listSteps(db, payment.id) }
  },

  actions: {
    cancel: action({ id: z.uuid() }, async ({ id }, { db, user }) => {
      await cancel(db, user.id, id)
    }),
  },

  render: ({ payment, steps }, { post, form }) => (
    <>
      <News payment={payment} form={form} />
      <h1>
        <span class="num">{formatMoney(payment)}</span> to {payment.payee}
      </h1>
      <div class="cols">
        <div>
          <Facts payment={payment} />
        </div>
        <div>
          <section class="card" aria-labelledby="steps">
            <h2 id="steps">Where it is</h2>
            <Steps payment={payment} steps={steps} />
            {payment.dueAt && (
              <p>
                <a href={`/payments/${payment.id}`}>Look again</a>
              </p>
            )}
          </section>
          {payment.state === 'submitted' && (
            <section class="card" aria-labelledby="cancel">
              <h2 id="cancel">Cancel this payment</h2>
              <p>You can cancel until we send it on. The money then stays on your account.</p>
              <form {...post.cancel}>
                <Hidden name="id" value={payment.id} />
                <button type="submit" class="button danger">
                  Cancel payment
                </button>
              </form>
            </section>
          )}
        </div>
      </div>
      <p>
        <a href="/payments">All payments</a>
      </p>
    </>
  ),

  fallback: (
    <section class="card loose">
      <h1>Payment</h1>
      <p>Your payment is taking a moment to show. Whether you see it changes nothing about it.</p>
      <p>
        <a href="/payments">All payments</a>
      </p>
    </section>
  ),
})

/** What the person should know first: a refused wish to cancel, or how the payment ended. */
function News({ payment, form }: { payment: Payment; form: FormState }): VNode | null {
  if (form.unsure && payment.state === 'submitted') return <UnsureNotice />
  if (form.problem) return <Notice kind="bad" strong="This payment was not cancelled." text={form.problem} />
  const money = formatMoney(payment)
  switch (payment.state) {
    case 'submitted':
      return <Notice strong="We have your payment." text="You can close this page; nothing more is needed." />
    case 'failed':
      return (
        <Notice
          kind="bad"
          strong="This payment was not made."
          text={`${payment.reason ?? ''} ${money} stays on your account.`.trim()}
        />
      )
    case 'cancelled':
      return <Notice strong="You cancelled this payment." text={`${money} stays on your account.`} />
    default:
      return null
  }
}

function Notice({ kind, strong, text }: { kind?: 'bad'; strong: string; text: string }): VNode {
  return (
    <div class={kind ? `notice ${kind}` : 'notice'} role={kind === 'bad' ? 'alert' : 'status'}>
      <p>
        <strong>{strong}</strong> {text}
      </p>
    </div>
  )
}

function Facts({ payment: { id, state, payee, description, createdAt } }: { payment: Payment }): VNode {
  const facts = [
    ['Status', <Status state={state} />],
    ['Payee', payee],
    ['Description', description],
    ['Ordered', <Moment at={createdAt} />],
    ['Payment number', id],
  ] as const
  return (
    <section class="card" aria-labelledby="facts">
      <h2 id="facts">Payment</h2>
      <dl class="facts">
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
    </section>
  )
}
