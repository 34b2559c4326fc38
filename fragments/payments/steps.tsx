/** Where a payment is: what has happened, what happens now, what is still to come. */
import type { VNode } from 'preact'
import { Clock } from '#kit/times.tsx'
import type { Payment, State, Step } from './payments.ts'
import { nameState, Status } from './table.tsx'

export function Steps({ payment, steps }: { payment: Payment; steps: readonly Step[] }): VNode {
  const ahead = aheadOf(payment.state)
  return (
    <ol class="steps">
      {steps.map(({ state, at }) => (
        <li
          key={state}
          class={state === 'processing' ? 'half' : undefined}
          aria-current={ahead.length && state === payment.state ? 'step' : undefined}
        >
          {state === 'submitted' || state === 'processing' ? nameState(state) : <Status state={state} />}
          <small>
            <Clock at={at} /> · {sayDone(state, payment)}
          </small>
        </li>
      ))}
      {ahead.map((state) => (
        <li key={state}>
          {nameState(state)}
          <small>{sayAhead(state, payment)}</small>
        </li>
      ))}
    </ol>
  )
}

function aheadOf(state: State): State[] {
  if (state === 'submitted') return ['processing', 'completed']
  return state === 'processing' ? ['completed'] : []
}

function sayDone(state: State, { payee, reason }: Payment): string {
  switch (state) {
    case 'submitted':
      return 'We have your order.'
    case 'processing':
      return 'We are sending the money.'
    case 'completed':
      return `${payee} has the money.`
    case 'failed':
      return `${reason ?? 'It could not be made.'} The money stays on your account.`
    case 'cancelled':
      return 'By you. The money stays on your account.'
  }
}

function sayAhead(state: State, { dueAt }: Payment): VNode | string {
  if (state === 'completed') return 'Usually a few seconds later.'
  if (!dueAt) return 'Next.'
  return (
    <>
      We send it on after <Clock at={dueAt} />.
    </>
  )
}
