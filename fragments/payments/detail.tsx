/** One payment: what it is, where it is, and how to stop it while that is possible. */
import type { VNode } from 'preact'
import { action, type FormState, fragment, Island, z } from '#kit'
import { Card, Late } from '#kit/card.tsx'
import Confirm from '#kit/confirm.island.tsx'
import { Facts } from '#kit/facts.tsx'
import { Hidden, UnsureNotice } from '#kit/field.tsx'
import { formatMoney } from '#kit/money.ts'
import { Notice } from '#kit/notice.tsx'
import { Moment } from '#kit/times.tsx'
import { cancel, find, type Payment } from './payments.ts'
import { Steps } from './steps.tsx'
import { listSteps } from './store.ts'
import { Status } from './table.tsx'

export const detail = fragment('/_/payments/detail', {
  access: 'customer',
  cache: 'never',
  timeout: '1s',
  proof: { href: '/payments', words: 'See your payments' },
  tags: ['payment:{id}'],
  styles: ['steps.css'],
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
          <Card id="facts" title="Payment">
            <Facts facts={factsOf(payment)} />
          </Card>
        </div>
        <div>
          <Card id="steps" title="Where it is">
            <Steps payment={payment} steps={steps} />
            {payment.dueAt && (
              <p>
                <a href={`/payments/${payment.id}`}>Look again</a>
              </p>
            )}
          </Card>
          {payment.state === 'submitted' && (
            <Card id="cancel" title="Cancel this payment">
              <p>You can cancel until we send it on. The money then stays on your account.</p>
              <form {...post.cancel}>
                <Hidden name="id" value={payment.id} />
                <Island
                  of={Confirm}
                  when="idle"
                  props={{
                    button: 'Cancel payment',
                    title: 'Cancel this payment?',
                    text: `${formatMoney(payment)} to ${payment.payee} will not be sent. The money stays on your account.`,
                    yes: 'Cancel payment',
                    no: 'Keep it',
                  }}
                />
              </form>
            </Card>
          )}
        </div>
      </div>
      <p>
        <a href="/payments">All payments</a>
      </p>
    </>
  ),

  fallback: (
    <Late title="Payment" level={1} href="/payments" step="All payments">
      Your payment is taking a moment to show. Whether you see it changes nothing about it.
    </Late>
  ),
})

/** What the person should know first: a refused wish to cancel, or how the payment ended. */
function News({ payment, form }: { payment: Payment; form: FormState }): VNode | null {
  if (form.unsure && payment.state === 'submitted') return <UnsureNotice />
  if (form.problem) {
    return (
      <Notice kind="bad" title="This payment was not cancelled.">
        {form.problem}
      </Notice>
    )
  }
  const money = formatMoney(payment)
  switch (payment.state) {
    case 'submitted':
      return <Notice title="We have your payment.">You can close this page; nothing more is needed.</Notice>
    case 'failed':
      return (
        <Notice kind="bad" title="This payment was not made.">
          {payment.reason} {money} stays on your account. <a href="/payments/new">Send a new one</a>
        </Notice>
      )
    case 'cancelled':
      return <Notice title="You cancelled this payment.">{money} stays on your account.</Notice>
    default:
      return null
  }
}

function factsOf({ id, state, payee, description, createdAt }: Payment) {
  return [
    ['Status', <Status state={state} />],
    ['Payee', payee],
    ['Description', description],
    ['Ordered', <Moment at={createdAt} />],
    ['Payment number', id],
  ] as const
}
