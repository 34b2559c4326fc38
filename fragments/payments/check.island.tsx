/**
 * What helps while somebody fills in a payment: what does not fit is said at its field, in the server's words, before
 * anything is sent; amounts are written as we write them; a large payment is looked at once more. The form around it works
 * without this, and nothing is decided here: the server checks all of it again.
 */
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Question } from '#kit/dialog.tsx'
import { markField } from '#kit/field-mark.ts'
import { island } from '#kit/island.tsx'
import { formatAmount, formatMoney } from '#kit/money.ts'
import { checkOrder, confirmationOf, readMoney, type TypedOrder } from './rules.ts'

interface Props {
  /** Before anything is typed here. */
  readonly typed: TypedOrder
  /** What to know before a large payment goes out, and the button that does not send it. */
  readonly question: Pick<Question, 'text' | 'no'>
}

export default island(import.meta, Check)

function Check({ typed, question }: Props) {
  const self = useRef<HTMLOutputElement>(null)
  const [paid, show] = useState(sayPaid(typed))
  const [said, say] = useState('')

  /** The form lives as long as the page, and so does what listens to it. */
  function watch(form: HTMLFormElement) {
    /** A button is being pressed: an error that appeared now would move it away from under the finger. */
    let pressed = false

    /** Marks one field, or all of the form, and those that were wrong before. */
    function check(whom?: EventTarget) {
      const typed = readTyped(form)
      const { refusals, order } = checkOrder(typed)
      for (const field of form.querySelectorAll<HTMLInputElement>('.field > [name]')) {
        const sentence = refusals[field.name]
        if (whom === form || whom === field || field.hasAttribute('aria-invalid')) markField(field, sentence)
        if (whom === field) say(sentence ?? sayPaid(typed))
      }
      show(sayPaid(typed))
      return order
    }

    form.noValidate = true
    form.onpointerdown = ({ target }) => {
      pressed = target instanceof HTMLButtonElement
    }
    form.oninput = ({ target }) => {
      // The other currency may have other decimals.
      if (target instanceof HTMLSelectElement) writeAmount(form)
      check()
    }
    form.addEventListener('focusout', ({ target }) => {
      if (pressed || !(target instanceof HTMLInputElement) || !target.value) return
      writeAmount(form)
      check(target)
    })
    form.onsubmit = (event) => {
      pressed = false
      writeAmount(form)
      const order = check(form)
      const confirmed = form.querySelector<HTMLInputElement>('[name=confirmed]')
      if (!order || !confirmed) {
        event.preventDefault()
        // What the server said of the last attempt.
        const summary = document.getElementById('errors')
        if (summary) summary.remove()
        const [wrong] = form.querySelectorAll<HTMLElement>('[aria-invalid]')
        if (wrong) wrong.focus()
        return
      }
      const confirmation = confirmationOf(order)
      if (!confirmation || confirmed.value === confirmation) return
      if (form.querySelector('dialog')) confirmed.value = confirmation
      else {
        const yes = `Pay ${formatMoney(order)}`
        const detail = { ...question, yes, title: `${yes} to ${order.payee}?` }
        // Where nobody can ask, the server does.
        if (!form.dispatchEvent(new CustomEvent('ask', { detail, cancelable: true }))) event.preventDefault()
      }
    }
    check()
  }

  useLayoutEffect(() => {
    const { form } = self.current ?? {}
    if (form) watch(form)
  }, [])

  return (
    <>
      {paid && <p>{paid}</p>}
      <output class="vh" ref={self}>
        {said}
      </output>
    </>
  )
}

function readTyped(form: HTMLFormElement): Record<string, string> {
  const typed: Record<string, string> = {}
  for (const [name, value] of new FormData(form)) typed[name] = String(value)
  return typed
}

/** Writes the amount as we write it; what is no amount stays as it is. */
function writeAmount(form: HTMLFormElement): void {
  const field = form.querySelector<HTMLInputElement>('#amount')
  const money = readMoney(readTyped(form))
  if (field && money) field.value = formatAmount(money)
}

function sayPaid(typed: TypedOrder): string {
  const money = readMoney(typed)
  return money ? `You pay ${formatMoney(money)}.` : ''
}
